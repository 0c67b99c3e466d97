"""Which record does a FHIR reference name? One of the same server, by its type and id; others are left alone."""

from typing import Any
from urllib.parse import urlsplit

from partners.fhir.elements import inner
from partners.fhir.texts import Json, plain_text


def named(reference: Any, kind: str, base: str) -> str | None:
    """This will be the id of the record of a kind that a Reference names; None where it names none of this server.

    base: the server's address, without a slash at its end. A contained resource is named as it is: `#one`.
    """
    text = plain_text(reference.get("reference")) if isinstance(reference, dict) else None
    return identified(text, kind, base) if text else None


def identified(text: str, kind: str, base: str) -> str | None:
    """This will be the id in `Type/id`, or in that below the server's own address; a version at its end is left out."""
    if text.startswith("#"):
        return text
    if urlsplit(text).scheme:
        if not text.startswith(f"{base}/"):
            return None
        text = text.removeprefix(f"{base}/")
    type_, _, rest = text.strip("/").partition("/")
    record = rest.partition("/")[0]
    return record if type_ == kind and record else None


def absolute(value: Any, base: str) -> Any:
    """This will be the same JSON, each relative reference below the server's address: elsewhere it means another."""
    if isinstance(value, list):
        return [absolute(each, base) for each in value]
    if not isinstance(value, dict):
        return value
    told = {key: absolute(each, base) for key, each in value.items()}
    reference = told.get("reference")
    if isinstance(reference, str) and not reference.startswith("#") and not urlsplit(reference).scheme:
        told["reference"] = f"{base}/{reference.lstrip('/')}"
    return told


def is_confidential(resource: Json, system: str) -> bool:
    """This will tell whether its server marks a resource as restricted or very restricted (v3-Confidentiality)."""
    labels = inner(resource, "meta").get("security")
    return isinstance(labels, list) and any(
        isinstance(each, dict) and each.get("system") == system and each.get("code") in ("R", "V") for each in labels
    )
