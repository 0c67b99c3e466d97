"""How is one partner read? What its row in `partner.settings` may say, checked; everything has a default."""

import dataclasses
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from models.directory import Visibility
from models.rules.vocabulary import OrganizationKind, ServiceCategory, Word
from partners.offices import Offices, WrongOffices, read_offices
from partners.reading.languages import language_tag
from partners.reading.spelling import plain
from partners.saved_query import SavedQuery, WrongQuery, read_saved_query

TIME_ZONES = {"HT": "America/Port-au-Prince", "DO": "America/Santo_Domingo"}

WHOLE_HOURS = 24


class WrongSetting(Exception):
    """A partner's settings hold something that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one partner is read."""

    language: str = "fr"
    "BCP 47: the language of names and texts that do not say their own."
    country: str = "HT"
    "ISO 3166-1: where numbers without a country's code are dialled, and places are that name no country."
    visibility: str = Visibility.NETWORK
    "PUBLIC, NETWORK or ORGANIZATION. Safe houses are ORGANIZATION whatever stands here."
    fresh_days: int = 14
    "Days after which a record that was not seen again is shown as stale."
    whole_hours: int = WHOLE_HOURS
    "Hours between readings of everything, which tell what is missing; 0: each reading. In between, what changed."
    organization_kind: str = OrganizationKind.OTHER
    "The kind of an organisation that the partner does not tell the kind of."
    columns: dict[str, str] = field(default_factory=dict)
    "Sheets: our column to the partner's heading."
    sheet: str | None = None
    "Sheets: the name of the one in a workbook; without it, the first that has a table of services."
    key: tuple[str, ...] = ()
    "Sheets: the columns that tell one service from another; by default `id`, else organization and service."
    categories: dict[str, str] = field(default_factory=dict)
    "The partner's term to our category, beside those of partners/reading/categories.py."
    organizations: dict[str, str] = field(default_factory=dict)
    "The partner's id of an organisation to the slug of ours; such a one is never changed by the partner."
    graphql: SavedQuery | None = None
    "GraphQL: what is asked, and what the answer means; see docs/graphql-partner.md."
    opencrvs: Offices | None = None
    "OpenCRVS: the paths of its gateway; see docs/opencrvs.md."
    allowed_networks: tuple[str, ...] = ()
    "Networks (CIDR) that are not public and may be reached for this partner alone, such as 127.0.0.0/8."

    @property
    def fresh_for(self) -> timedelta:
        return timedelta(days=self.fresh_days)

    def time_zone(self, country: str | None) -> str | None:
        return TIME_ZONES.get(country or self.country)


def read_settings(said: dict[str, Any]) -> Settings:
    """This will check what a partner's row says. Raises WrongSetting, which says what may stand there."""
    known = {each.name: each for each in dataclasses.fields(Settings)}
    for name in said:
        if name not in known:
            raise WrongSetting(f"“{name}” is no setting of a partner. There are: {', '.join(sorted(known))}.")
    for name in ("columns", "categories", "organizations"):
        value = said.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise WrongSetting(f"“{name}” must be a mapping of text to text.")
    if not isinstance(said.get("sheet"), str | None):
        raise WrongSetting("“sheet” must be the name of a sheet.")
    for name in ("key", "allowed_networks"):
        value = said.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise WrongSetting(f"“{name}” must be a list of texts.")
    _one_of("visibility", said.get("visibility", Visibility.NETWORK), set(Visibility) - {Visibility.REDACTED})
    _one_of("organization_kind", said.get("organization_kind", OrganizationKind.OTHER), OrganizationKind)
    for category in said.get("categories", {}).values():
        _one_of("categories", category, ServiceCategory)
    language, country, days = said.get("language", "fr"), said.get("country", "HT"), said.get("fresh_days", 14)
    if not isinstance(language, str) or language_tag(language) != language:
        raise WrongSetting("“language” must be a BCP 47 tag, such as fr or ht.")
    if not isinstance(country, str) or not re.fullmatch("[A-Z]{2}", country):
        raise WrongSetting("“country” must be two capital letters (ISO 3166-1), such as HT.")
    if not isinstance(days, int) or not 1 <= days <= 3650:
        raise WrongSetting("“fresh_days” must be a number of days from 1 to 3650.")
    hours = said.get("whole_hours", WHOLE_HOURS)
    if not isinstance(hours, int) or isinstance(hours, bool) or not 0 <= hours <= 168:
        raise WrongSetting("“whole_hours” must be a number of hours from 0 to 168.")
    for network in said.get("allowed_networks", []):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise WrongSetting(f"“allowed_networks”: “{network}” is no network, such as 127.0.0.0/8.") from None
    try:
        graphql = read_saved_query(said["graphql"]) if said.get("graphql") is not None else None
        opencrvs = read_offices(said["opencrvs"]) if said.get("opencrvs") is not None else None
    except WrongQuery as reason:
        raise WrongSetting(f"“graphql”: {reason}") from reason
    except WrongOffices as reason:
        raise WrongSetting(f"“opencrvs”: {reason}") from reason
    return Settings(
        **{
            **said,
            "graphql": graphql,
            "opencrvs": opencrvs,
            "key": tuple(said.get("key", ())),
            "allowed_networks": tuple(said.get("allowed_networks", ())),
            "categories": {plain(term): category for term, category in said.get("categories", {}).items()},
        }
    )


def _one_of(name: str, value: Any, words: Iterable[Word]) -> None:
    allowed = sorted(word.value for word in words)
    if value not in allowed:
        raise WrongSetting(f"“{name}” cannot be “{value}”. It may be {', '.join(allowed)}.")
