"""A mutation field: its input handed to one action, and its payload read from what the action says it did."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from actions.effects import Effect
from actions.perform import perform
from auth.actor import Actor
from auth.scopes import Scope
from models.session import Database
from planner.fields import Act, Argument, Expression, planned
from planner.ids import key_of
from resolvers.nodes import requires
from resolvers.problems import written

NOBODY = UUID(int=0)
"""What a malformed id is read as: it names nothing, so it answers as an unknown one does."""
EFFECT: dict[str, TypeEngine[Any]] = {"key": Uuid(), "problems": JSONB()}
TOLD: dict[str, TypeEngine[Any]] = {**EFFECT, "secret": Text()}
"""Where a payload tells a secret, once."""
Verb = Callable[..., Awaitable[Effect]]


def mutation(
    name: str,
    verb: Verb,
    given: type,
    scope: Scope,
    description: str,
    *,
    ids: Mapping[str, str] | None = None,
    parts: Mapping[str, Callable[..., Any]] | None = None,
    recently: bool = False,
    tells: bool = False,
) -> Any:
    """The field `name`, which does what `verb` does. Its input's fields are the verb's arguments, spelled its way.

    ids: which fields of the input are ids, and of what type. parts: what its inner inputs are made into, one by one
    where they are a list. recently: a person must have proved who they are within auth.assurance.STEP_UP. tells: the
    payload has a field `told_once`.
    """
    return planned(
        Act(perform=act(verb, mutation=name, ids=ids or {}, parts=parts or {}), effect=TOLD if tells else EFFECT),
        description,
        arguments={"input": Argument(given, "What is to be done.")},
        directives=requires(scope, recently=recently),
        name=name,
    )


def told_once(description: str) -> Any:
    """The field of a payload that tells a secret, in this answer and never again."""
    return planned(Expression(lambda r, _g: r.secret, nullable=True), description)


def act(
    verb: Verb, *, mutation: str, ids: Mapping[str, str], parts: Mapping[str, Callable[..., Any]]
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """This will make of a verb what a mutation field performs: the effect's values, by name."""

    def read(name: str, value: Any) -> Any:
        if value is not None and name in ids:
            return _key(ids[name], value)
        if value is None or name not in parts:
            return value
        make = parts[name]
        return [make(**spelled(each)) for each in value] if isinstance(value, list) else make(**spelled(value))

    async def performed(
        database: Database, actor: Actor, given: Mapping[str, Any], *, now: datetime, request_id: str
    ) -> dict[str, Any]:
        wish = {name: value for name, value in given.items() if name != "idempotencyKey"}
        arguments = spelled({name: read(name, value) for name, value in wish.items()})
        outcome = await perform(
            database,
            actor,
            mutation=mutation,
            key=given["idempotencyKey"],
            given=wish,
            verb=lambda session: verb(session, actor, now, **arguments),
            now=now,
            request_id=request_id,
        )
        return {"key": outcome.key, "problems": written(outcome.problems), "secret": outcome.secret}

    return performed


def _key(kind: str, value: Any) -> Any:
    """The row that an id names, or the rows that a list of ids names."""
    return [_key(kind, each) for each in value] if isinstance(value, list) else key_of(kind, value) or NOBODY


def spelled(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same by the names of Python: `personId` is `person_id`."""
    return {re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name): value for name, value in given.items()}
