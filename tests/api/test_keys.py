"""`konbit keys rotate` says what it did, and refuses a second time."""

import re

import pytest

from api.database import DatabaseURLs
from api.keys import rotate
from auth.keys import RotationUnderWay


def test_rotating_says_which_key_signs_and_since_when(database: DatabaseURLs) -> None:
    first = rotate(database.auth, at_once=True)
    assert re.fullmatch(r"Key \S{43} signs from now on\. Every other key is withdrawn, .*", first)
    second = rotate(database.auth, at_once=False)
    assert re.fullmatch(r"Key \S{43} is published, and signs from 20\d\d-\d\d-\d\d \d\d:\d\d UTC on\.", second)
    with pytest.raises(RotationUnderWay):
        rotate(database.auth, at_once=False)
