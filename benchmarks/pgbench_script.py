"""Writes what Konbit sent to PostgreSQL for one acceptance as a script of pgbench that accepts the next in a queue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

NEXT = """\\set turn :turn + 1
\\set nth :offset + :turn * 8 + :client_id
SELECT referral, version, organization, client FROM accept_queue WHERE nth = :nth \\gset
"""
TOLD = re.compile(r"""SET LOCAL ([\w".]+) = ('(?:[^']|'')*'|\w+)""")
TEXT = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as it was sent, and what was bound to it."""

    sql: str
    arguments: tuple[Any, ...]


def written(sent: Sequence[Sent], referral: UUID, organization: UUID, client: str) -> str:
    """The script: what named the recorded referral, its organisation and client now names the next of the queue."""
    names = {str(referral): "referral", str(organization): "organization", client: "client"}
    return NEXT + "".join(_statement(each, names) for each in sent)


def _statement(sent: Sent, names: dict[str, str]) -> str:
    if sent.sql.startswith("BEGIN"):
        begin, *_ = sent.sql.split(";")
        told = ", ".join(
            f"set_config('{name.replace(chr(34), '')}', {_value(value.strip(chr(39)), names)}, true)"
            for name, value in TOLD.findall(sent.sql)
        )
        return f"\\startpipeline\n{begin};\nSELECT {told};\n\\endpipeline\n"

    def bound(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        if sent.sql[: match.start()].endswith("version = "):
            return ":version"
        return f"{_value(sent.arguments[at], names)}"

    return TEXT.sub(_hidden, re.sub(r"\$(\d+)\b", bound, sent.sql)) + ";\n"


def _value(value: Any, names: dict[str, str]) -> str:
    """A value as SQL, or the variable that takes its place."""
    match value:
        case None:
            return "NULL"
        case bool() | int() | float():
            return str(value).lower()
        case bytes():
            return f"'\\x{value.hex()}'"
        case list() | tuple():
            return f"ARRAY[{', '.join(_value(each, names) for each in value)}]"
        case datetime() | date():
            return f"'{value.isoformat()}'"
    parts = re.split(f"({'|'.join(map(re.escape, names))})", str(value))
    shown = [f":{names[part]}" if part in names else "'" + part.replace("'", "''") + "'" for part in parts if part]
    return shown[0] if len(shown) == 1 else f"({' || '.join(shown)})" if shown else "''"


def _hidden(text: re.Match[str]) -> str:
    """A quoted text in which pgbench sees no variable: it does not know quotes, and takes `:MI` for one."""
    if not re.search(r":\w", text[0]):
        return text[0]
    return "E" + text[0].replace("\\", "\\\\").replace(":", "\\x3A")
