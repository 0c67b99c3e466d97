"""`konbit keys rotate` and `rotate-issuer` say what they did, and refuse a second time."""

import re

import pytest

from api.database import DatabaseURLs
from api.keys import listed, rotate, rotate_issuer
from auth.issuer_keys import IssuerKeyWaits
from auth.keys import RotationUnderWay
from tests.auth.deployment import SEALER


def test_rotating_says_which_key_signs_and_since_when(database: DatabaseURLs) -> None:
    first = rotate(database.auth, sealer=SEALER, at_once=True)
    assert re.fullmatch(r"Key \S{43} signs from now on\. Every other key is withdrawn, .*", first)
    second = rotate(database.auth, sealer=SEALER, at_once=False)
    assert re.fullmatch(r"Key \S{43} is published, and signs from 20\d\d-\d\d-\d\d \d\d:\d\d UTC on\.", second)
    with pytest.raises(RotationUnderWay):
        rotate(database.auth, sealer=SEALER, at_once=False)


def test_the_list_says_which_key_signs_now_and_which_never_did(database: DatabaseURLs) -> None:
    for at_once in (True, False, True, False):
        rotate(database.auth, sealer=SEALER, at_once=at_once)
    moment = r"20\d\d-\d\d-\d\d \d\d:\d\d UTC"
    said = [line.split("  ", 2)[2] for line in listed(database, sealer=SEALER) if "UTC" in line]
    assert [re.sub(moment, "M", line) for line in said] == [
        "from M",
        "withdrawn at M, before it signed",
        "from M, until M  (now)",
        "from M, until M",
    ]


def test_a_key_of_certificates_too(database: DatabaseURLs) -> None:
    first = rotate_issuer(database.worker, sealer=SEALER, at_once=True)
    assert re.fullmatch(r"Key z\w{46,47} signs certificates from now on\. Every other key is withdrawn, .*", first)
    second = rotate_issuer(database.worker, sealer=SEALER, at_once=False)
    since = r"Key z\w{46,47} is published, and signs certificates from 20\d\d-\d\d-\d\d \d\d:\d\d UTC on\."
    assert re.fullmatch(since, second)
    with pytest.raises(IssuerKeyWaits):
        rotate_issuer(database.worker, sealer=SEALER, at_once=False)
