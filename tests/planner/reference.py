"""A reference executor: plain graphql-core over the same tables, slow and obvious. It knows nothing of the planner."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, build_schema, execute_sync, print_schema

from auth.scopes import Scope
from tests.planner import reference_accounts as accounts
from tests.planner import reference_audit as audit
from tests.planner import reference_details as details
from tests.planner import reference_directory as directory
from tests.planner import reference_flows as flows
from tests.planner import reference_imports as imports
from tests.planner import reference_indicators as figures
from tests.planner import reference_partners as partners
from tests.planner import reference_people as people
from tests.planner import reference_quality as quality
from tests.planner import reference_referrals as referrals
from tests.planner import reference_search as searching
from tests.planner import reference_training as training
from tests.planner import reference_verification as verification
from tests.planner import reference_versions as versions
from tests.planner.reference_search import services
from tests.planner.reference_values import Fields, key_of, revealed, seen, tag_of
from tests.planner.seen import CONFIDENTIAL, Info, Row, Seen

NODES = {
    "Organization": ("organization", None),
    "Service": ("service", Scope.DIRECTORY_READ),
    "ServiceAtLocation": ("service_at_location", Scope.DIRECTORY_READ),
    "Location": ("location", Scope.DIRECTORY_READ),
    "Term": ("term", Scope.DIRECTORY_READ),
    "Person": ("person", Scope.PEOPLE_READ),
    "Consent": ("consent", Scope.PEOPLE_READ),
    "Referral": ("referral", Scope.REFERRALS_READ),
    "ReferralEvent": ("referral_event", Scope.REFERRALS_READ),
    "User": ("account", None),
    "AuditEntry": ("audit_entry", Scope.AUDIT_READ),
    "BorderFlow": ("border_flow", Scope.FLOWS_READ),
    "Course": ("course", Scope.TRAINING_READ),
    "Training": ("training", Scope.TRAINING_READ),
    "TrainingSession": ("training_session", Scope.TRAINING_READ),
    "Enrolment": ("enrolment", Scope.TRAINING_READ),
    "Attendance": ("attendance", Scope.TRAINING_READ),
    "AttendanceDevice": ("attendance_device", Scope.TRAINING_READ),
    "AttendanceEvent": ("attendance_event", Scope.TRAINING_READ),
    "Certificate": ("certificate", None),
    "Membership": ("membership", Scope.ADMIN),
    "Invitation": ("invitation", Scope.ADMIN),
    "IdentityProvider": ("identity_provider", Scope.ADMIN),
    "Client": ("oauth_client", Scope.ADMIN),
    "VerificationRequest": ("verification_request", Scope.DIRECTORY_READ),
    "Suggestion": ("suggestion", Scope.DIRECTORY_READ),
    "Draft": ("draft", Scope.DIRECTORY_WRITE),
    "DirectoryImport": ("partner_import", Scope.DIRECTORY_WRITE),
    "Partner": ("partner", Scope.DIRECTORY_READ),
    "PartnerRun": ("sync_run", Scope.DIRECTORY_READ),
    "PartnerRecord": ("source_record", Scope.DIRECTORY_READ),
    "Duplicate": ("duplicate", Scope.DIRECTORY_READ),
}
"Which table the rows of a node are in, and the scope without which `node` does not find them."
BY_NAME = {"Area": ("area", Scope.DIRECTORY_READ), "Indicator": ("indicator", Scope.INDICATORS_READ)}
"The same, of what federation alone can name."


def node(_root: Any, info: Info, id: str) -> Row | None:
    name = tag_of(id)
    if name not in NODES:
        return None
    table, scope = NODES[name]
    if scope is not None and scope not in seen(info).actor.scopes:
        return None
    found = directory.standing(seen(info).one(table, id=key_of(name, id)))
    if table in CONFIDENTIAL:
        revealed(info, table, found)
    return found and {**found, "__typename": name}


def entities(_root: Any, info: Info, representations: list[dict[str, str]]) -> list[Row | None]:
    """What federation's references name, each by the first key of its type that it has."""
    return [_entity(each, info) for each in representations]


def _entity(reference: dict[str, str], info: Info) -> Row | None:
    name = reference["__typename"]
    table, scope = {**BY_NAME, **NODES}[name]
    if scope is not None and scope not in seen(info).actor.scopes:
        return None
    field = next((field for field in ("id", "slug", "pcode", "code") if field in reference), None)
    if field is None:
        return None
    value = key_of(name, reference["id"]) if field == "id" else reference[field]
    found = directory.standing(seen(info).one(table, **{field: value}))
    return found and {**found, "__typename": name}


def _organization_of_viewer(view: Seen, info: Info) -> Row | None:
    return view.one("organization", id=view.actor.organization_id)


def _user(view: Seen, info: Info) -> Row | None:
    return view.one("account", id=view.actor.user_id)


TYPES: dict[str, Fields] = {
    **directory.TYPES,
    **details.TYPES,
    **versions.TYPES,
    **searching.TYPES,
    **people.TYPES,
    **referrals.TYPES,
    **audit.TYPES,
    **flows.TYPES,
    **figures.TYPES,
    **training.TYPES,
    **accounts.TYPES,
    **verification.TYPES,
    **partners.TYPES,
    **imports.TYPES,
    **quality.TYPES,
    "Service": {**directory.TYPES["Service"], "alternatives": quality.alternatives},
    "Query": {
        **training.ROOTS,
        **accounts.ROOTS,
        **verification.ROOTS,
        **partners.ROOTS,
        **imports.ROOTS,
        **quality.ROOTS,
        "viewer": lambda _root, info: seen(info),
        "node": node,
        "organization": directory.organization,
        "organizations": directory.organizations,
        "service": directory.service,
        "services": services,
        "location": directory.location,
        "directoryChanges": versions.directory_changes,
        "directoryRecord": versions.directory_record,
        "person": people.person,
        "people": people.people,
        "referral": referrals.referral,
        "referrals": referrals.referrals,
        "referralChanges": referrals.referral_changes,
        "auditEntries": audit.audit_entries,
        "borderFlow": flows.border_flow,
        "borderFlows": flows.border_flows,
        "indicator": figures.indicator,
        "indicators": figures.indicators,
        "indicatorRelease": figures.indicator_release,
        "_entities": entities,
    },
    "Viewer": {
        "organization": _organization_of_viewer,
        "user": _user,
        "scopes": lambda view, info: sorted(view.actor.scopes),
        "roles": lambda view, info: sorted(view.actor.roles),
        "site": lambda view, info: view.one("location", id=view.actor.site_id),
    },
    "User": {
        "id": lambda row, info: f"User_{row['id']}",
        "displayName": lambda row, info: row["display_name"],
    },
}
PLAIN = ("PageInfo", "Connection", "Edge")
"Types whose names end so hold ready values: tests.planner.paged made them."


class Reference:
    """Answers operations of the real schema from what an actor sees."""

    def __init__(self, schema: GraphQLSchema) -> None:
        """schema: the real one, of which nothing but its text is used."""
        self.schema = build_schema(print_schema(schema))
        self.reached: set[str] = set()
        "The fields that stood in an answer, as `Type.field`."
        for name, fields in TYPES.items():
            kind = self.schema.type_map[name]
            assert isinstance(kind, GraphQLObjectType)
            for field, resolve in fields.items():
                kind.fields[field].resolve = self._noticed(f"{name}.{field}", resolve)

    def answer(self, document: Any, variables: dict[str, Any], view: Seen) -> dict[str, Any]:
        """The response as JSON: data, and the errors' codes by root field."""
        result = execute_sync(self.schema, document, context_value=view, variable_values=variables)
        errors = {}
        for error in result.errors or ():
            if error.original_error is not None and not error.extensions:
                raise error.original_error
            assert error.path is not None, error
            errors[str(error.path[0])] = (error.extensions or {}).get("code")
        return {"data": result.data, "errors": errors}

    def missing(self) -> list[str]:
        """The fields of the schema's objects for which the reference has no resolver."""
        return sorted(
            f"{name}.{field}"
            for name, kind in self.schema.type_map.items()
            if isinstance(kind, GraphQLObjectType) and not name.startswith("__") and not name.endswith(PLAIN)
            for field, definition in kind.fields.items()
            if definition.resolve is None
        )

    def _noticed(self, name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
        def noticed(source: Any, info: Info, **arguments: Any) -> Any:
            self.reached.add(name)
            return resolve(source, info, **arguments)

        return noticed
