"""What is a FHIR server, and what does it let us do? Its CapabilityStatement, read with patience."""

import json
from dataclasses import dataclass
from typing import Any

from partners.fhir.elements import dicts, inner
from partners.fhir.texts import Json, plain_text
from partners.outgoing import Asker, NotFound
from partners.records import Unreadable

NAMES = {"4.0": "R4", "4.1": "R4B", "4.3": "R4B", "5.0": "R5"}
"Versions of FHIR that are read, by the first two numbers."


class NotFHIR(Unreadable):
    """The address does not answer as a FHIR R4 server does."""


@dataclass(frozen=True, slots=True)
class System:
    """A FHIR server as it describes itself."""

    version: str
    interactions: dict[str, frozenset[str]]
    "By type of resource; empty where it does not tell."
    details: dict[str, str]
    note: str | None

    @property
    def what(self) -> str:
        name = NAMES.get(self.version[:3], "")
        return f"FHIR {name or self.version}" + (" (IHE mCSD)" if self.details.get("profile") else "")

    def lacks(self, type_: str) -> bool:
        """Whether it says that it has none of a type."""
        return bool(self.interactions) and type_ not in self.interactions

    def offers(self, type_: str, interaction: str) -> bool:
        """Whether an interaction may be tried; what a server does not tell of may."""
        told = self.interactions.get(type_, frozenset())
        return not told or interaction in told


async def describe(base: str, ask: Asker) -> System:
    """This will read /metadata. Raises NotFHIR, and what asking raises."""
    try:
        said = parsed(await ask.get(f"{base}/metadata"), f"{base}/metadata")
    except NotFound as missing:
        raise NotFHIR(f"{missing}. The address must be the one below which /metadata is found.") from missing
    if said.get("resourceType") != "CapabilityStatement":
        raise NotFHIR(f"{base}/metadata is no CapabilityStatement. Check the address.")
    version = str(said.get("fhirVersion") or "")
    if version[:3] not in NAMES:
        raise NotFHIR(f"{base} speaks FHIR “{version[:20]}”; R4 is read here, and R4B and R5 as far as they are alike.")
    note = None
    if NAMES[version[:3]] != "R4":
        note = f"It speaks FHIR {NAMES[version[:3]]}: what R4 does not know is kept as it came."
    interactions: dict[str, frozenset[str]] = {}
    for rest in dicts(said, "rest"):
        for resource in dicts(rest, "resource"):
            codes = frozenset(str(each.get("code")) for each in dicts(resource, "interaction"))
            interactions[str(resource.get("type"))] = codes
    return System(version, interactions, _details(said, version), note)


def parsed(body: bytes, url: str) -> Json:
    """This will be the resource that a server answered with. Raises NotFHIR, saying what it said instead."""
    try:
        said: Any = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        raise NotFHIR(f"{url} does not answer with FHIR as JSON, or not with all of it.") from failure
    if not isinstance(said, dict):
        raise NotFHIR(f"{url} answers with no resource.")
    if said.get("resourceType") == "OperationOutcome":
        reasons = (each.get("diagnostics") or inner(each, "details").get("text") for each in dicts(said, "issue"))
        told = "; ".join(filter(None, map(plain_text, reasons)))[:300]
        raise NotFHIR(f"{url} answers that it will not: {told or 'it does not say why'}.")
    return said


def _details(said: Json, version: str) -> dict[str, str]:
    software = inner(said, "software")
    listed: list[Any] = []
    for key in ("instantiates", "implementationGuide", "imports"):
        value = said.get(key)
        listed += value if isinstance(value, list) else []
    profile = next((str(each) for each in listed if "mcsd" in str(each).lower()), None)
    name = " ".join(filter(None, (plain_text(software.get("name")), plain_text(software.get("version")))))
    told = {"version": version, "software": name, "publisher": plain_text(said.get("publisher")), "profile": profile}
    return {key: value[:500] for key, value in told.items() if value}
