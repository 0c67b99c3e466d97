"""Who may see what of the world with one of each: "People, and who may know what" of domain.md, as a table."""

from collections.abc import Set as AbstractSet

from models.rules.roles import Role
from tests.auth.a_training import CREDENTIAL, KEPT, KNOWN, ORGANIZERS
from tests.auth.one_of_each import CASES, ORGANIZATIONS, VISIBILITIES, Persona
from tests.auth.some_details import DETAILS, may_see_details
from tests.auth.some_members import MEMBERS, may_see_members
from tests.auth.some_partners import QUALITY, may_see_quality
from tests.auth.some_releases import FIGURES, may_see_figures

Rows = dict[str, set[str]]
"By table, the names of the rows that are seen."

CASE_TABLES = ("person", "person_identity", "person_contact", "person_vulnerability", "consent", "consent_detail")
STUB = frozenset({"sent", "acknowledged", "accepted", "trusted", "completed", "redirected", "revoked", "lapsed"})
"Received referrals that show their stub: from SENT to CLOSED, whatever became of the consent."
RECEIVED = STUB | {"declined", "withdrawn", "expired"}
"Received referrals: of those that ended otherwise, reference, state and dates alone. A draft was not sent yet."
BY_CONSENT = {
    "referral_identity": {"accepted", "trusted", "completed", "redirected"},
    "referral_contact": {"trusted", "completed", "redirected"},
    "referral_request": {"accepted", "trusted", "completed"},
    "referral_vulnerabilities": {"trusted", "completed"},
    "referral_narrative": {"trusted", "completed"},
}
"Accepted, and consent reaches it, and lasts. A redirection gives name and phone alone."
SENSITIVE = {"referral_vulnerabilities", "referral_narrative"}
DIRECTORY = (
    "location", "service", "service_at_location", "service_term", "phone", "capacity", "capacity_count", "schedule",
    "schedule_exception", "opening",
)  # fmt: skip
TABLES = (
    "organization", "area", *MEMBERS, "term", *DIRECTORY, *DETAILS, *CASE_TABLES, "consent_withdrawal", "referral",
    "referral_party", "referral_subject", *BY_CONSENT, "referral_event", "referral_note", "referral_decline",
    "referral_outcome", "referral_withdrawal", "change", "feed", "audit_entry", "idempotency",
    "border_flow", "border_flow_part",
    *KNOWN, *KEPT, CREDENTIAL, *FIGURES, *QUALITY,
)  # fmt: skip
CASE_WORK = frozenset({Role.CASE_WORKER, Role.INTAKE, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})
KNOWS_WORST = frozenset({Role.CASE_WORKER, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})
"Of these personas' roles, those that may know class 3."


def may_see(who: Persona) -> Rows:
    """All that a persona sees. An organisation's own, by role; what it received, as far as the sender disclosed it."""
    seen: Rows = {table: set() for table in TABLES}
    if who.organization is None:
        return seen
    _open_to_all(who, seen)
    _own_ledger(who, seen)
    _own_files(who, seen)
    _referrals(who, seen)
    _own_counts(who, seen)
    _trainings(who, seen)
    may_see_members(who, seen)
    may_see_quality(who, seen)
    may_see_figures(who.organization, who.roles, seen)
    return seen


def _open_to_all(who: Persona, seen: Rows) -> None:
    """Every partner knows the partners and what is listed; a safe house's alias is for those who refer."""
    seen["organization"] = set(ORGANIZATIONS)
    seen["area"] = {"HT"}
    seen["term"] = set(VISIBILITIES)
    listed = {"PUBLIC", "NETWORK"}
    if who.roles & {Role.CASE_WORKER, Role.INTAKE, Role.SUPERVISOR}:
        listed |= {"REDACTED"}
    if who.organization == "clinic":
        listed = set(VISIBILITIES)
    for table in DIRECTORY:
        seen[table] = set(listed)
    may_see_details(listed, seen, set(VISIBILITIES))
    seen["service"] |= {f"service of {name}" for name in ORGANIZATIONS}


def _own_ledger(who: Persona, seen: Rows) -> None:
    assert who.organization is not None
    own = {who.organization} - {"ministry"}
    seen["feed"] = seen["idempotency"] = own
    if who.roles & {Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR} and who.site is None:
        seen["audit_entry"] = own


def _own_files(who: Persona, seen: Rows) -> None:
    own = _sent(who)
    if who.roles & (CASE_WORK | {Role.COORDINATOR}):
        seen["person"] = own
    if who.roles & CASE_WORK:
        for table in ("person_identity", "person_contact", "consent", "consent_detail"):
            seen[table] = own
        seen["consent_withdrawal"] = own & {"revoked"}
        seen["person_vulnerability"] = {f"{name} DISABILITY" for name in own}
    if who.roles & KNOWS_WORST:
        seen["person_vulnerability"] |= {f"{name} SGBV_SURVIVOR" for name in own}


def _trainings(who: Persona, seen: Rows) -> None:
    """Trainings are known to everyone; who takes part to the organiser's trainers; what they show, to who records."""
    for table in KNOWN:
        seen[table] = set(ORGANIZERS)
    own = ORGANIZERS & {who.organization or ""}
    for table in KEPT if who.roles & {Role.TRAINER, Role.SUPERVISOR} else ():
        seen[table] = set(own)
    if Role.TRAINER in who.roles:
        seen[CREDENTIAL] = own


def _own_counts(who: Persona, seen: Rows) -> None:
    """Raw counts are their organisation's, for who counts, supervises, coordinates or guards."""
    if who.roles & {Role.ENUMERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER}:
        seen["border_flow"] = seen["border_flow_part"] = {who.organization or ""} & {"brc", "outsider"}


def _referrals(who: Persona, seen: Rows) -> None:
    """Sent ones whole; received ones as the tables above say. By role: the stub, then classes 1 and 2, then class 3."""
    if not who.roles & (CASE_WORK | {Role.COORDINATOR}):
        return
    sent = _sent(who)
    got = _received(who.organization)
    seen["referral"] = seen["referral_party"] = sent | got
    seen["referral_event"] = seen["change"] = _both_sides(sent | got)
    seen["referral_decline"] = seen["referral_outcome"] = sent | got
    seen["referral_withdrawal"] = sent
    seen["referral_subject"] = sent | (got & (STUB | {"officer", "elsewhere"}))
    if not who.roles & CASE_WORK:
        return
    for table, disclosed in BY_CONSENT.items():
        if table not in SENSITIVE or who.roles & KNOWS_WORST:
            seen[table] = sent | (got & (disclosed | {"officer", "elsewhere"}))
    told = got & (BY_CONSENT["referral_narrative"] | {"officer", "elsewhere"})
    seen["referral_note"] = _both_sides(sent | told) | {f"{name}/receiver" for name in got}


def _sent(who: Persona) -> set[str]:
    """The organisation's own cases; of them those of a site, for whose roles hold there alone."""
    own = {name: case for name, case in CASES.items() if case.sender == who.organization}
    return {name for name, case in own.items() if case.at_site or who.site is None}


def _received(organization: str | None) -> set[str]:
    """An authority knows of a referral, and nothing of the person before a named officer took it."""
    by = {"shelter": set(RECEIVED), "police": {"police", "officer"}, "outsider": {"elsewhere"}}
    return by.get(organization or "", set())


def _both_sides(names: AbstractSet[str]) -> set[str]:
    return {f"{name}/{side}" for name in names for side in ("sender", "receiver")}
