"""What of a record is this source's word, where others speak of it too, or a steward did? Precedence decides, by field.

Such a record keeps its owner and who may see it: those are of the record that the others were merged into. Its parts
(telephones, contacts, costs, ...) are those of all its sources.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.rules.precedence import FIELDS, Claim, ranked, resolve
from models.rules.vocabulary import DirectoryKind
from partners import canonical
from partners.keeping.desk import Desk
from partners.keeping.rows import Values
from partners.keeping.standing import Row, as_json
from partners.keeping.tables import columns

READ = {
    "DATE": date.fromisoformat,
    "TIME WITHOUT TIME ZONE": time.fromisoformat,
    "UUID": UUID,
    "NUMERIC(14, 2)": Decimal,
}
"How a part's value is read that JSON holds as text."
WHOLE = ("organization_id", "visibility")
"Of a record that several speak of: no source's to say."


def shared(desk: Desk, service: UUID) -> bool:
    """Whether other sources than this partner speak of a service."""
    return any(not row["overrides"] and row["partner_id"] != desk.partner.id for row in desk.standing.claims[service])


def anothers(desk: Desk, standing: Row) -> bool:
    """Whether a service that others speak of too is not the partner's organisation's own."""
    return shared(desk, standing["id"]) and standing["organization_id"] != desk.partner.organization_id


def settled(desk: Desk, told: canonical.Service, standing: Row, values: Values) -> Values:
    """This will keep what the partner says of a service as its claim; answers what the row says from now on."""
    claims = desk.standing.claims[standing["id"]]
    if not claims:
        return values
    own = next((row for row in claims if row["partner_id"] == desk.partner.id), None)
    said = {name: as_json(values[name]) for name in FIELDS}
    if own is not None and "parts" in own["said"]:
        said["parts"] = own["said"]["parts"]
    _keep(desk, standing, own, said, verified_at=told.verified_at)
    kept = values | {name: _read("service", name, value) for name, value in resolve(_claims(desk, standing)).items()}
    if not shared(desk, standing["id"]):
        return kept
    first = next(row for row in _in_order(desk, standing) if not row["overrides"])
    if first["partner_id"] != desk.partner.id:
        kept |= {name: standing[name] for name in ("source", "modified_at")}
    return (
        kept
        | {name: standing[name] for name in WHOLE}
        | {"removed_at": standing["removed_at"] if not told.offered else None}
    )


def parts_of_all(desk: Desk, standing: Row, own: dict[str, list[Values]]) -> dict[str, list[Values]]:
    """This will be the parts of a service that several speak of: this partner's, and what the others last said."""
    claim = next((row for row in desk.standing.claims[standing["id"]] if row["partner_id"] == desk.partner.id), None)
    if claim is not None:
        said = {table: [as_json(row) for row in rows] for table, rows in own.items()}
        _keep(desk, standing, claim, claim["said"] | {"parts": said}, verified_at=claim["verified_at"])
    found: dict[str, list[Values]] = {table: [] for table in own}
    for row in _in_order(desk, standing):
        mine = row["partner_id"] == desk.partner.id and not row["overrides"]
        for table, told in own.items() if mine else _parts(row):
            taken = {each.get("standard") for each in found[table]} if table == "unmapped" else set()
            found[table] += [each for each in told if each.get("standard") not in taken or table != "unmapped"]
    return found


def _keep(desk: Desk, standing: Row, own: Row | None, said: Values, *, verified_at: datetime | None) -> None:
    values: Values = {"said": said, "verified_at": verified_at}
    of_record = {name: standing[name] for name in WHOLE}
    if own is None:
        whose = {"partner_id": desk.partner.id, "overrides": False, "source": desk.partner.name}
        what = {"kind": DirectoryKind.SERVICE, "record_id": standing["id"]}
        values |= whose | what
    at = own["id"] if own is not None else None
    local, _ = desk.standing.write("claim", at, values | of_record, beside={"made_at": desk.now})
    if own is None:
        row = desk.standing.rows["claim"][local]
        row |= {"trust": desk.partner.trust, "of_owner": desk.partner.organization_id == standing["organization_id"]}
        desk.standing.claims[standing["id"]].append(row)


def _claims(desk: Desk, standing: Row) -> list[Claim]:
    return [_claim(row) for row in desk.standing.claims[standing["id"]]]


def _in_order(desk: Desk, standing: Row) -> list[Row]:
    """The rows of its claims, whose word counts first."""
    rows = {(row["source"], row["overrides"]): row for row in desk.standing.claims[standing["id"]]}
    return [rows[claim.source, claim.overrides] for claim in ranked(_claims(desk, standing))]


def _claim(row: Row) -> Claim:
    return Claim(
        row["source"],
        row["said"],
        overrides=row["overrides"],
        of_owner=bool(row["of_owner"]),
        verified_at=row["verified_at"],
        trust=row["trust"] or 0,
    )


def _parts(row: Row) -> Iterable[tuple[str, list[Values]]]:
    for table, told in row["said"].get("parts", {}).items():
        yield table, [{name: _read(table, name, value) for name, value in each.items()} for each in told]


def _read(table: str, name: str, value: Any) -> Any:
    read = READ.get(columns(table).types[name])
    return read(value) if read is not None and isinstance(value, str) else value
