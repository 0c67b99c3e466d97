"""How does FHIR answer, and refuse? Resources as application/fhir+json, and an OperationOutcome for whatever fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from api.errors import Code, Refused, meaning
from api.graph.bearer import explained

if TYPE_CHECKING:
    from starlette.requests import Request

    from partners.fhir.texts import Json

MEDIA = "application/fhir+json"
TAKEN = frozenset({MEDIA, "application/json", "text/json", "application/*", "*/*"})
FORMATS = frozenset({"json", MEDIA, "application/json", "text/json"})
ISSUES = {
    Code.UNAUTHENTICATED: "login",
    Code.STEP_UP_REQUIRED: "login",
    Code.FORBIDDEN: "forbidden",
    Code.BAD_USER_INPUT: "invalid",
    Code.CURSOR_EXPIRED: "invalid",
    Code.RATE_LIMITED: "throttled",
    Code.QUERY_TOO_EXPENSIVE: "too-costly",
    Code.UNAVAILABLE: "transient",
    Code.INTERNAL: "exception",
}
"By our codes, those of FHIR's IssueType."


class FhirRefused(Refused):
    """It cannot be answered."""

    status: int | None = 400
    issue = "invalid"

    def __init__(self, message: str | None = None, *, merged_into: str | None = None) -> None:
        super().__init__(message or meaning(type(self)))
        self.merged_into = merged_into


class NotJson(FhirRefused):
    """Only JSON is written here: ask for application/fhir+json, and for FHIR R4."""

    status = 406
    issue = "not-supported"


class NotSupported(FhirRefused):
    """This is not supported here: /fhir/metadata says what is."""

    status = 404
    issue = "not-supported"


class NotAllowed(FhirRefused):
    """The directory is read here, and not written: /fhir/metadata says what may be asked."""

    status = 405
    issue = "not-supported"


class Unknown(FhirRefused):
    """There is no such record."""

    status = 404
    issue = "not-found"


class Gone(FhirRefused):
    """The record is gone."""

    status = 410
    issue = "deleted"


class OddParameter(FhirRefused):
    """A parameter is not as it should be."""


def outcome(severity: str, issue: str, text: str, *, merged_into: str | None = None) -> Json:
    """This will be an OperationOutcome. merged_into: a reference to the record that tells of it now."""
    told: Json = {"severity": severity, "code": issue, "diagnostics": text}
    if merged_into:
        told["extension"] = [{"url": "urn:konbit:fhir:merged-into", "valueReference": {"reference": merged_into}}]
    return {"resourceType": "OperationOutcome", "issue": [told]}


def merged_words(merged_into: str) -> str:
    return f"It was merged: {merged_into} tells of it now."


def answered(value: Json, status: int = 200, **headers: str) -> Response:
    """This will be a resource on its way out."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(orjson.dumps(value), status, {"cache-control": "no-store", **named}, media_type=MEDIA)


def refused(request: Request, refusal: Refused) -> Response:
    """This will be a refusal as an OperationOutcome."""
    status = refusal.status or refusal.code.status
    issue, merged_into = ISSUES[refusal.code], None
    if isinstance(refusal, FhirRefused):
        issue, merged_into = refusal.issue, refusal.merged_into
    headers = {name.decode(): value.decode() for name, value in explained(refusal, request.scope["headers"])}
    words = " ".join(filter(None, (str(refusal), refusal.extensions.get("requestId"))))
    return answered(outcome("error", issue, words, merged_into=merged_into), status, **headers)


def wants_json(request: Request) -> None:
    """This will see that JSON of R4 is what is asked for. Raises NotJson."""
    wanted: Any = request.query_params.get("_format")
    if wanted is not None:
        if wanted.partition(";")[0].strip().replace(" ", "+") not in FORMATS:
            raise NotJson
        return
    accepted = [part.strip().lower() for part in request.headers.get("accept", "*/*").split(",")]
    for part in accepted:
        media, *parameters = (each.strip() for each in part.split(";"))
        version = next(
            (each.removeprefix("fhirversion=") for each in parameters if each.startswith("fhirversion=")), "4.0"
        )
        if media in TAKEN and version.strip('"').startswith("4.0") and "q=0" not in parameters:
            return
    raise NotJson
