"""Inviting people, changing and ending memberships, in the graph."""

import strawberry

from actions.invitations import create_invitation, revoke_invitation
from actions.members import change_membership, end_membership
from auth.scopes import Scope
from models.rules.roles import Role
from planner.fields import One, planned
from resolvers.accounts import Invitation, Membership
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation, told_once
from resolvers.writes.inputs import KEY, optional

ROLES = "As what, at least one. NETWORK_STEWARD is given by a steward alone."


@strawberry.input(description="Whom to invite.")
class CreateInvitationInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    name: str = strawberry.field(description="Whom it is for, in the inviter's words, up to 200 signs.")
    roles: list[Role] = strawberry.field(description=ROLES)
    site_id: strawberry.ID | None = optional(
        "The Location at which the roles hold; left out: wherever the organisation works."
    )
    provider_id: strawberry.ID | None = optional(
        "The IdentityProvider at which the person must sign in to accept, and is known by from then on."
    )
    valid_days: int | None = optional("For how long it is good: 1 to 30 days, else 7.")


@strawberry.type(description="What came of inviting.")
class CreateInvitationPayload:
    invitation: Invitation | None = planned(One(on=lambda p, r: r.id == p.key), "The invitation.")
    token: str | None = told_once(
        "What ends the link that the person is handed, in this answer alone: null to who asks again with the same key."
    )
    problems: list[Problem] = problems()


@strawberry.input(description="Which invitation to take back.")
class RevokeInvitationInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    invitation_id: strawberry.ID = strawberry.field(description="The Invitation, not yet accepted.")


@strawberry.type(description="What came of taking an invitation back.")
class RevokeInvitationPayload:
    invitation: Invitation | None = planned(One(on=lambda p, r: r.id == p.key), "The invitation, revoked.")
    problems: list[Problem] = problems()


@strawberry.input(description="What to change of a membership; what is left out stays.")
class ChangeMembershipInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    membership_id: strawberry.ID = strawberry.field(description="The Membership; not one's own.")
    roles: list[Role] | None = optional(ROLES)
    site_id: strawberry.ID | None = optional("The Location at which the roles hold from now on.")
    everywhere: bool | None = optional("True: the roles hold wherever the organisation works.")
    suspended: bool | None = optional("True: the person may not act for the organisation; false: may again.")


@strawberry.type(description="What came of changing a membership.")
class ChangeMembershipPayload:
    membership: Membership | None = planned(One(on=lambda p, r: r.id == p.key), "The membership, changed.")
    problems: list[Problem] = problems()


@strawberry.input(description="Which membership to end, for good.")
class EndMembershipInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    membership_id: strawberry.ID = strawberry.field(description="The Membership; one's own too, unless it is the last.")


@strawberry.type(description="What came of ending a membership.")
class EndMembershipPayload:
    membership: Membership | None = planned(One(on=lambda p, r: r.id == p.key), "The membership, ended.")
    problems: list[Problem] = problems()


@strawberry.type
class MemberMutations:
    create_invitation: CreateInvitationPayload = mutation(
        "createInvitation",
        create_invitation,
        CreateInvitationInput,
        Scope.ADMIN,
        "Invites a person to become a member. The link is told once.",
        ids={"siteId": "Location", "providerId": "IdentityProvider"},
        recently=True,
        tells=True,
    )
    revoke_invitation: RevokeInvitationPayload = mutation(
        "revokeInvitation",
        revoke_invitation,
        RevokeInvitationInput,
        Scope.ADMIN,
        "Takes an invitation back that nobody has accepted.",
        ids={"invitationId": "Invitation"},
        recently=True,
    )
    change_membership: ChangeMembershipPayload = mutation(
        "changeMembership",
        change_membership,
        ChangeMembershipInput,
        Scope.ADMIN,
        "Changes as what a person is a member, where, and whether. It tells within two seconds.",
        ids={"membershipId": "Membership", "siteId": "Location"},
        recently=True,
    )
    end_membership: EndMembershipPayload = mutation(
        "endMembership",
        end_membership,
        EndMembershipInput,
        Scope.ADMIN,
        "Ends a membership for good, and all that was let do in its name. It tells within two seconds.",
        ids={"membershipId": "Membership"},
        recently=True,
    )
