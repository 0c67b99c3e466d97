"""The whole schema: each subject's part joined, its scopes printed, its fields checked."""

from typing import Any, Literal

import strawberry
from graphql import GraphQLSchema
from strawberry.federation.schema_directives import RequiresScopes
from strawberry.schema.config import StrawberryConfig

from models.base import Confidentiality
from planner.catalog import STRAWBERRY, Catalog
from planner.fields import Many, Planned
from resolvers.accounts import AccountQueries
from resolvers.attendance import AttendanceQueries
from resolvers.clients import ClientQueries
from resolvers.drafts import DraftQueries
from resolvers.duplicates import DuplicateQueries
from resolvers.feed import FeedQueries, FeedSubscription
from resolvers.flows import FlowQueries
from resolvers.imports import ImportQueries
from resolvers.indicators import IndicatorQueries
from resolvers.ledger import LedgerQueries
from resolvers.organisations import OrganizationQueries
from resolvers.partners import PartnerQueries
from resolvers.people import PeopleQueries
from resolvers.problems import PROBLEMS
from resolvers.recent import RequiresRecentSignIn
from resolvers.scalars import SCALARS, Decimal
from resolvers.search import DirectoryQueries
from resolvers.training import TrainingQueries
from resolvers.verification import VerificationQueries
from resolvers.versions import VersionQueries, VersionSubscription
from resolvers.viewer import ViewerQueries
from resolvers.worklists import ReferralQueries
from resolvers.writes.attendance import AttendanceMutations
from resolvers.writes.certificates import CertificateMutations
from resolvers.writes.clients import ClientMutations
from resolvers.writes.directory import DirectoryMutations
from resolvers.writes.drafts import DraftMutations
from resolvers.writes.flows import FlowMutations
from resolvers.writes.imports import ImportMutations
from resolvers.writes.indicators import IndicatorMutations
from resolvers.writes.members import MemberMutations
from resolvers.writes.partners import PartnerMutations
from resolvers.writes.people import PeopleMutations
from resolvers.writes.providers import ProviderMutations
from resolvers.writes.quality import QualityMutations
from resolvers.writes.referrals import ReferralMutations
from resolvers.writes.training import TrainingMutations
from resolvers.writes.verification import VerificationMutations

FEDERATION: Literal["2.5"] = "2.5"
"The oldest that has @requiresScopes: the composers of Apollo, the Guild and Cosmo all take it."


@strawberry.type(description="Everything that can be read.")
class Query(
    ViewerQueries,
    OrganizationQueries,
    DirectoryQueries,
    PeopleQueries,
    ReferralQueries,
    TrainingQueries,
    AttendanceQueries,
    FlowQueries,
    IndicatorQueries,
    FeedQueries,
    VersionQueries,
    LedgerQueries,
    AccountQueries,
    ClientQueries,
    PartnerQueries,
    ImportQueries,
    VerificationQueries,
    DuplicateQueries,
    DraftQueries,
):
    pass


@strawberry.type(description="Everything that can be done. What cannot be done is data: the `problems` of a payload.")
class Mutation(
    PeopleMutations,
    ReferralMutations,
    DirectoryMutations,
    FlowMutations,
    TrainingMutations,
    CertificateMutations,
    AttendanceMutations,
    IndicatorMutations,
    MemberMutations,
    ClientMutations,
    ProviderMutations,
    PartnerMutations,
    ImportMutations,
    VerificationMutations,
    QualityMutations,
    DraftMutations,
):
    pass


@strawberry.type(description="What is told as it happens.")
class Subscription(FeedSubscription, VersionSubscription):
    pass


def build() -> tuple[strawberry.Schema, Catalog]:
    """The schema and the catalogue of its planned fields. Raises SchemaRefused where a field could not be answered."""
    schema = strawberry.federation.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Decimal, *PROBLEMS],
        config=StrawberryConfig(scalar_map=SCALARS),
        federation_version=FEDERATION,
    )
    core: GraphQLSchema = schema._schema
    for kind in core.type_map.values():
        _guard(kind)
        for definition in getattr(kind, "fields", {}).values():
            _guard(definition)
    return schema, Catalog(core, recorded_from=Confidentiality.IDENTITY)


def _guard(element: Any) -> None:
    """What the edge checks before anything runs: what its directives ask for, and how long a list may get."""
    declared = element.extensions.get(STRAWBERRY)
    if isinstance(declared, Planned) and isinstance(declared.source, Many) and declared.source.bound:
        element.extensions["bound"] = declared.source.bound
    for directive in getattr(declared, "directives", None) or ():
        if isinstance(directive, RequiresScopes):
            element.extensions["scopes"] = directive.scopes
        elif isinstance(directive, RequiresRecentSignIn):
            element.extensions["recent"] = directive.within
