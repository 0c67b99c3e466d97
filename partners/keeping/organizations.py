"""How is an organisation kept that a partner tells of? As a row of its own, which nobody signs in as."""

from itertools import chain, count
from uuid import UUID

from models.partners import RecordKind
from models.rules.identifiers import MAX_SLUG, slug
from partners import canonical
from partners.keeping import parts, rows
from partners.keeping.desk import Desk
from partners.keeping.rows import Whose
from partners.keeping.standing import Written
from partners.reading.spelling import plain


def keep_organization(desk: Desk, told: canonical.Organization, *, whole: bool) -> UUID:
    """This will write an organisation; one of ours, or the partner's own, is never changed by it.

    whole: told by a record of its own, and not in passing by one of its services.
    """
    key, holdings = (RecordKind.ORGANIZATION, told.remote_id), desk.holdings
    local = holdings.local(*key)
    own = desk.partner.organization_id
    if local is None and not holdings.own_names.isdisjoint(map(plain, told.names.values())):
        local = own
        holdings.stage(*key, local)
    if local is not None and (told.remote_id in holdings.ours or local == own):
        return local
    if local is not None and not whole and (key in desk.told or desk.has_own_record(key)):
        return local
    desk.tell(key, told, whole=whole)
    values = rows.organization(told)
    if local is None or local not in desk.standing.rows["organization"]:
        values["slug"] = _free_slug(desk, told)
    local, written = desk.write("organization", values, at=local, touches=desk.touched.organizations)
    holdings.stage(*key, local)
    if told.parent_id and told.parent_id != told.remote_id:
        desk.parents[local] = told.parent_id
    if whole or written is Written.NEW:
        whose = Whose(local, desk.visibility)
        desk.write_parts("phone", "answers_for_id", local, parts.phones(told.phones, whose))
        desk.write_parts("contact", "answers_for_id", local, parts.contacts(told.contacts, whose))
        desk.write_parts("organization_identifier", "organization_id", local, parts.identifiers(told.identifiers))
        desk.write_parts("unmapped", "record_id", local, parts.unmapped(told.unmapped, whose))
    return local


def _free_slug(desk: Desk, told: canonical.Organization) -> str:
    name = slug(next(iter(told.names.values()))) or "unnamed"
    stem = f"{desk.partner.name}-{name}"[: MAX_SLUG - 5].rstrip("-")
    taken = desk.holdings.slugs | desk.standing.slugs
    free = next(each for each in chain([stem], (f"{stem}-{number}" for number in count(2))) if each not in taken)
    desk.standing.slugs.add(free)
    return free
