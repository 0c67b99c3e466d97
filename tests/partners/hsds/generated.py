"""Canonical records of every kind that the directory can hold, made up by chance."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    OrganizationKind,
    PhoneKind,
    ServiceCategory,
    ServiceStatus,
    Sex,
)
from partners import canonical
from partners.hsds.mapping import NOT_OFFERED
from partners.hsds.taxonomies import OWN

WORDS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=12
    )
    .map(str.strip)
    .filter(bool)
)
"One line of text, as a person writes it."
UUIDS = st.uuids().map(str)
TAGS = st.sampled_from(["fr", "ht", "es", "en", "zh-Hant", "pt-BR"])
SPOKEN = st.lists(st.sampled_from(["fr", "ht", "es", "en", "ar", "de"]), max_size=3, unique=True).map(sorted).map(tuple)
NUMBERS = st.one_of(
    st.integers(20_000_000, 59_999_999).map(lambda each: f"+509{each}"), st.sampled_from(["114", "*99"])
)
LINKS = st.one_of(
    st.sampled_from(
        [
            "https://example.org/a?b=1",
            "tel:+50934000000",
            "http://",
            "https://é.org",
            "x://y",
            "http://a:b@c:99999/#%zz",
        ]
    ),
    WORDS,
    WORDS.map(lambda each: f"http://{each}"),
)
EMAILS = st.one_of(
    st.sampled_from(["a@example.org", "équipe@example.org", ".a@b", "a@-b"]),
    WORDS,
    WORDS.map(lambda each: f"{each}@b.org"),
)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MOMENTS = st.integers(10**15, 4 * 10**15).map(
    lambda each: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=each)
)
TIMES = st.times().map(lambda each: each.replace(microsecond=0, tzinfo=None, fold=0))
RULES = st.sampled_from(
    [
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=MO;UNTIL=20301231",
        "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=18",
        "FREQ=DAILY;INTERVAL=3",
    ]
)
MORE: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={"alternate_name": WORDS, "x_local": st.lists(st.integers(0, 9), min_size=1, max_size=2)}
)
"What a source says of any record beyond the directory."


def maybe(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), of)


TEXTS = st.lists(TAGS, min_size=1, max_size=3, unique=True).flatmap(
    lambda tags: st.fixed_dictionaries(dict.fromkeys(tags, WORDS))
)


def many(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(of, max_size=2).map(tuple)


def unmapped(more: st.SearchStrategy[dict[str, Any]] = MORE) -> st.SearchStrategy[dict[str, Any]]:
    return more.map(lambda said: {"hsds": said} if said else {})


PHONES = st.lists(
    st.builds(canonical.Phone, NUMBERS, maybe(WORDS), maybe(WORDS | st.just("12")), st.sampled_from(PhoneKind), SPOKEN),
    max_size=2,
    unique=True,
).map(tuple)
CONTACTS = st.lists(
    st.builds(
        canonical.Contact,
        name=maybe(WORDS),
        title=maybe(WORDS),
        department=maybe(WORDS),
        email=maybe(EMAILS),
        number=maybe(NUMBERS),
    ).filter(lambda each: each != canonical.Contact()),
    max_size=2,
    unique=True,
).map(tuple)
AMOUNTS = st.decimals(Decimal(0), Decimal(10**9), places=2)
COSTS = st.builds(
    lambda price, **told: canonical.Cost(amount=price and price[0], currency=price and price[1], **told),
    maybe(st.tuples(AMOUNTS, st.sampled_from(["HTG", "USD", "DOP"]))),
    options=maybe(TEXTS),
    valid_from=maybe(DAYS),
    valid_to=maybe(DAYS),
).filter(lambda each: each.options is not None or each.amount is not None)
AREAS = st.builds(canonical.ServedArea, maybe(st.sampled_from(["HT06", "HT0632"])), maybe(TEXTS)).filter(
    lambda each: each.pcode is not None or each.names is not None
)
HOURS = st.one_of(
    st.builds(
        canonical.Hours,
        st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True).map(
            lambda days: tuple(day for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU") if day in days)
        ),
        TIMES,
        TIMES,
        maybe(DAYS),
        maybe(DAYS),
        notes=maybe(TEXTS),
    ),
    st.builds(canonical.Hours, st.just(()), TIMES, TIMES, DAYS, maybe(DAYS), RULES, maybe(TEXTS)),
)
EXCEPTIONS = st.one_of(st.builds(canonical.DayException, DAYS), st.builds(canonical.DayException, DAYS, TIMES, TIMES))
CAPACITIES = st.one_of(
    st.builds(
        canonical.Capacity,
        st.sampled_from(CapacityState),
        MOMENTS,
        st.integers(0, 500),
        maybe(st.integers(0, 500)),
        maybe(WORDS.filter(lambda each: each != "places")),
    ),
    st.builds(canonical.Capacity, st.sampled_from(CapacityState), MOMENTS),
)
TERMS = st.lists(
    st.builds(canonical.Term, WORDS.filter(lambda each: each not in OWN), WORDS, TEXTS),
    max_size=2,
    unique_by=lambda each: (each.scheme, each.code),
).map(tuple)
ORGANIZATIONS = st.builds(
    canonical.Organization,
    UUIDS,
    TEXTS,
    st.sampled_from(OrganizationKind),
    phones=PHONES,
    parent_id=maybe(UUIDS),
    descriptions=maybe(TEXTS),
    website=maybe(LINKS),
    email=maybe(EMAILS),
    identifiers=st.lists(st.builds(canonical.Identifier, WORDS, WORDS), max_size=2, unique=True).map(tuple),
    contacts=CONTACTS,
    unmapped=unmapped(),
)
LOCATIONS = st.builds(
    lambda point, **told: canonical.Location(**told, latitude=point and point[0], longitude=point and point[1]),
    maybe(st.tuples(st.floats(0.5, 90), st.floats(-180, 180))),
    remote_id=UUIDS,
    kind=st.sampled_from(LocationKind),
    names=maybe(TEXTS),
    owner_id=UUIDS,
    pcode=maybe(st.sampled_from(["HT0632", "HT0421"])),
    address_lines=st.lists(WORDS, max_size=3).map(tuple),
    locality=maybe(WORDS),
    postal_code=maybe(WORDS),
    country=maybe(st.sampled_from(["HT", "DO"])),
    time_zone=maybe(st.sampled_from(["America/Port-au-Prince", "America/Santo_Domingo"])),
    descriptions=maybe(TEXTS),
    transportation=maybe(TEXTS),
    accessibility=many(st.builds(canonical.Access, TEXTS, maybe(WORDS), maybe(LINKS))),
    contacts=CONTACTS,
    unmapped=unmapped(
        st.fixed_dictionaries(
            {}, optional={"alternate_name": WORDS, "external_identifier": WORDS, "url": st.just("x:y")}
        )
    ),
)
PLACES = st.builds(
    canonical.Place,
    UUIDS,
    LOCATIONS,
    phones=PHONES,
    hours=st.lists(HOURS, max_size=2, unique_by=repr).map(tuple),
    descriptions=maybe(TEXTS),
    contacts=CONTACTS,
    exceptions=st.lists(EXCEPTIONS, max_size=2, unique=True).map(tuple),
    capacity=maybe(CAPACITIES),
    unmapped=unmapped(),
)


@st.composite
def services(draw: st.DrawFn) -> canonical.Service:
    """A service whole, within its organisation. One that is closed for a time has no hours: none hold."""
    organization = draw(ORGANIZATIONS)
    status = draw(st.sampled_from(ServiceStatus))
    places = draw(st.lists(PLACES, max_size=2, unique_by=lambda each: each.remote_id))
    if status is ServiceStatus.TEMPORARILY_CLOSED:
        places = [canonical.Place(**{**_fields(place), "hours": (), "exceptions": ()}) for place in places]
    low, high = sorted(draw(st.tuples(st.integers(0, 150), st.integers(0, 150))))
    told: dict[str, Any] = {
        "remote_id": draw(UUIDS),
        "organization": organization,
        "organization_id": organization.remote_id,
        "status": status,
        "offered": status not in NOT_OFFERED,
        "places": tuple(places),
        "minimum_age": draw(maybe(st.just(low))),
        "maximum_age": draw(maybe(st.just(high))),
    }
    texts = ("descriptions", "eligibility_notes", "alerts", "fees", "application")
    given: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(texts, maybe(TEXTS)),
        **dict.fromkeys(("valid_from", "valid_to"), maybe(DAYS)),
        **dict.fromkeys(("modified_at", "verified_at"), maybe(MOMENTS)),
        "names": TEXTS,
        "category": st.sampled_from(ServiceCategory),
        "languages": SPOKEN,
        "sexes": st.lists(st.sampled_from(Sex), max_size=2, unique=True).map(tuple),
        "accepts_unaccompanied_children": maybe(st.booleans()),
        "phones": PHONES,
        "terms": TERMS,
        "website": maybe(LINKS),
        "email": maybe(EMAILS),
        "costs": st.lists(COSTS, max_size=2, unique_by=repr).map(tuple),
        "papers": many(st.builds(canonical.Paper, TEXTS, maybe(LINKS))),
        "areas": many(AREAS),
        "contacts": CONTACTS,
        "capacity": maybe(CAPACITIES),
        "unmapped": unmapped(),
    }
    return canonical.Service(**told, **{name: draw(of) for name, of in given.items()})


def _fields(place: canonical.Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in canonical.Place.__dataclass_fields__}
