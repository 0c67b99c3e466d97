"""How is a telephone number written so that any phone can dial it? E.164 where it can be told, else as it was given."""

import re

NATIONAL = {
    "HT": (r"[2-5]\d{7}", "+509"),
    "DO": (r"8[024]9\d{7}", "+1"),
}
"Country (ISO 3166-1) to what a whole national number looks like, and what goes before it."


def dialled(number: str, country: str | None) -> str:
    """This will write a number in E.164; where that cannot be told (a short code, an unknown country) as it was given.

    country: where a number without a country's code is dialled.
    """
    given = " ".join(number.replace('"', " ").split())
    plain = re.sub(r"^\+\s*", "+", given)
    plain = re.sub(r"\(0\)|[\s().\-/\u2010-\u2015]", "", plain)
    plain = re.sub(r"^00", "+", plain)
    if re.fullmatch(r"\+[1-9]\d{6,14}", plain):
        return plain
    national, prefix = NATIONAL.get(country or "", (None, ""))
    if national and re.fullmatch(national, plain):
        return prefix + plain
    if national and re.fullmatch(re.escape(prefix[1:]) + national, plain):
        return "+" + plain
    return given
