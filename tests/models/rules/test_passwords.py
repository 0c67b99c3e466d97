"""A password is refused for being short, expected or one's own name, and for nothing else."""

import pytest

from models.rules.passwords import HoldsOwnName, TooCommon, TooLong, TooShort, UnfitPassword, check, normal

OWN = ["Marie-Thérèse Déus", "marie.therese.4821"]


@pytest.mark.parametrize(
    "password",
    [
        "kat pye chèz anba pye mango",
        "correct horse battery staple",
        "vQ7#rTz9!kLm",
        "ti zwazo kote ou prale",
        "mwen renmen diri kole",
        "paté kòde samdi maten",
        "0b7f2c91d4e8",
        "我的家在山上有一棵大樹和一條河",
    ],
)
def test_what_nobody_expects_is_let_pass(password: str) -> None:
    check(password, own=OWN)


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("", TooShort),
        ("elevenchars", TooShort),
        ("x" * 201, TooLong),
        ("ﷺ" * 12, TooLong),
        ("password1234", TooCommon),
        ("P@ssw0rd1234!", TooCommon),
        ("PASSWORDpassword", TooCommon),
        ("motdepasse2027", TooCommon),
        ("contraseña123", TooCommon),
        ("konbit-haiti-2027", TooCommon),
        ("123456789012", TooCommon),
        ("987654321098", TooCommon),
        ("aaaaaaaaaaaaaaaa", TooCommon),
        ("abcdabcdabcdabcd", TooCommon),
        ("xyzzy1xyzzy1xyzzy1", TooCommon),
        ("qwertyuiop123", TooCommon),
        ("azertyuiop123", TooCommon),
        ("            ", TooCommon),
        ("marie-therese", HoldsOwnName),
        ("MarieTherese1984", HoldsOwnName),
        ("déus.thérèse.123", HoldsOwnName),
        ("ma\u200brie.therese4821", HoldsOwnName),
    ],
)
def test_what_a_stranger_would_try_is_refused(password: str, refused: type[UnfitPassword]) -> None:
    with pytest.raises(refused):
        check(password, own=OWN)


def test_length_is_counted_as_it_is_hashed() -> None:
    check("e\u0301" * 3 + "kat pye chèz", own=[])
    with pytest.raises(TooShort):
        check("e\u0301" * 6 + "12345", own=[])
    assert normal("ｋａｔ ｐｙｅ é") == "kat pye é"
