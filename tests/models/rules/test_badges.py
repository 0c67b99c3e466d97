"""A certificate's words: what is claimed is read back as it was claimed, from the signed file and from the database."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.badges import Claims, claims_of, credential, kept_claims
from models.rules.issuers import did_document, did_of, status_credential
from models.rules.status_list import LENGTH, is_set

ISSUER = "https://konbit.example"
NOW = datetime(2026, 11, 21, 22, 30, 15, 999_000, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
claims = st.builds(
    Claims,
    name=texts,
    course_id=st.uuids(),
    course_code=texts,
    course_title=texts,
    language=st.sampled_from(["fr", "ht", "es", "en"]),
    themes=st.lists(st.sampled_from(["HUMAN_RIGHTS", "PSEA", "OTHER"]), unique=True).map(tuple),
    training_code=texts,
    organizer_id=st.uuids(),
    organizer=texts,
    starts_on=days,
    ends_on=days,
    sessions=st.integers(1, 60),
    counted=st.integers(1, 60),
    required=st.integers(1, 60),
)
tested = st.one_of(st.just((None, None)), st.tuples(st.integers(1, 100), st.integers(0, 100)))


@given(claims, tested, st.uuids(), st.integers(0, 3 * LENGTH))
def test_what_was_claimed_is_read_back_from_the_file(
    said: Claims, test: tuple[int | None, int | None], key: UUID, number: int
) -> None:
    whole = Claims(
        **{**{name: getattr(said, name) for name in Claims.__slots__}, "pass_mark": test[0], "score": test[1]}
    )
    document = credential(
        whole, issuer=ISSUER, certificate=key, number=number, issued_at=NOW, valid_until=NOW + timedelta(days=1)
    )
    assert claims_of(json.loads(json.dumps(document))) == whole
    assert kept_claims(json.loads(json.dumps(whole.told()))) == whole


@pytest.mark.parametrize(
    ("issuer", "did"),
    [
        ("https://konbit.example", "did:web:konbit.example"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_the_did_is_of_the_host_and_its_port(issuer: str, did: str) -> None:
    assert did_of(issuer) == did


def test_a_withdrawn_key_is_named_and_vouches_for_nothing() -> None:
    document = did_document(issuer=ISSUER, keys={"zOld": NOW, "zNew": None})
    assert document["assertionMethod"] == ["did:web:konbit.example#zNew"]
    assert [method.get("revoked") for method in document["verificationMethod"]] == ["2026-11-21T22:30:15Z", None]


def test_the_list_names_the_place_that_the_certificate_names() -> None:
    said = Claims(
        name="N", course_id=UUID(int=1), course_code="C", course_title="T", language="fr", themes=(),
        training_code="T-1", organizer_id=UUID(int=2), organizer="O", starts_on=NOW.date(), ends_on=NOW.date(),
        sessions=1, counted=1, required=1,
    )  # fmt: skip
    status = credential(
        said, issuer=ISSUER, certificate=UUID(int=3), number=LENGTH + 7, issued_at=NOW, valid_until=None
    )["credentialStatus"]
    position = int(status["statusListIndex"])
    listed = status_credential(issuer=ISSUER, status_list=2, revoked=[position], as_of=NOW)
    assert listed["id"] == status["statusListCredential"]
    assert is_set(listed["credentialSubject"]["encodedList"], position)
