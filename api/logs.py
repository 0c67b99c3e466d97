"""The log: one JSON object per line on standard error, and nothing personal in any of them.

What may be written is named, never passed through: request id, client, organisation, the operation's name, outcome,
milliseconds. Of an exception the type and the places, never the message: a database quotes the row it refuses.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from traceback import walk_tb
from typing import Any, BinaryIO

import orjson
import structlog

_ROOT = str(Path(__file__).resolve().parents[1]) + "/"
_LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
_PLAIN = ("uvicorn.error", "konbit")  # their messages are written by programmers and name no values


def configure(stream: BinaryIO | None = None, level: int = logging.INFO) -> None:
    """This will send the program's log, and what libraries log from WARNING up, to one stream."""
    out = stream if stream is not None else sys.stderr.buffer
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(file=out),
        cache_logger_on_first_use=True,
    )
    Requests.stream = out if level <= logging.INFO else None
    handler = Libraries()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # it writes query strings


class Requests:
    """Writes one line per request straight to the stream: nothing is written as often, or counts as much."""

    stream: BinaryIO | None = None
    """None: not configured, or not wanted at this level."""

    @classmethod
    def line(cls, **fields: Any) -> None:
        """This will write the fields of one request. UUID and datetime are written as they are."""
        if (stream := cls.stream) is not None:
            stream.write(orjson.dumps({"event": "request", "level": "info"} | fields, option=_LINE))
            stream.flush()


def log(name: str) -> Any:
    """This will open the part of the log that `name` (a module's subject) writes to."""
    return structlog.get_logger(log=name)


def fault(failure: BaseException) -> dict[str, Any]:
    """This will describe an exception by type and places: of ours the path below the checkout, of others the module."""
    kinds, places = list[str](), list[str]()
    current: BaseException | None = failure
    while current is not None and len(kinds) < 5:
        kinds.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame, line in walk_tb(current.__traceback__):
            code = frame.f_code
            places.append(f"{code.co_filename.removeprefix(_ROOT)}:{line} {code.co_name}")
        current = current.__cause__ or current.__context__
    described: dict[str, Any] = {"raised": kinds, "places": places[-12:]}
    if constraint := getattr(failure, "constraint_name", None):
        described["constraint"] = constraint
    return described


class Libraries(logging.Handler):
    """Hands on what libraries log: their template, never what they put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        event = record.getMessage() if record.name.startswith(_PLAIN) and not record.exc_info else str(record.msg)[:200]
        details = fault(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
        structlog.get_logger().log(record.levelno, event, log=record.name, **details)
