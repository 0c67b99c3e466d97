"""How is a partner's GraphQL read? The saved query, its paging and what of ours each path means: all checked.

A path is response keys with dots between them, `organization.name`. Where it meets a list it goes on in each item.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partners.saved_map import LEVELS, LISTS, NEEDED, Part

if TYPE_CHECKING:
    from graphql import FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode

LONGEST = 20_000
"Characters of a query."
MOST_PER_PAGE = 1_000

Spec = Mapping[str, Any]
"Of one level of the map: our field, and the path or paths that say it."


class WrongQuery(Exception):
    """The saved query, or its map, cannot be followed."""


WAYS = ("cursor", "offset", "page")


@dataclass(frozen=True, slots=True)
class Paging:
    """How one page is asked for after another."""

    by: str
    "cursor; offset: how many items came before; page: the first is 1."
    variable: str
    "Which variable of the query holds it."
    size: str | None = None
    "Which variable says how many items a page has."
    per_page: int = 100
    cursor: str | None = None
    "Path to the cursor of the next page."
    more: str | None = None
    "Path to whether there is one; without it, a page without a cursor is the last."


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """What is asked of a partner's GraphQL, and what its answer means."""

    query: str
    items: str
    "Path to the services."
    fields: dict[str, Any]
    "The map, level `service`."
    operation: str | None = None
    "Which operation of the text, where it has several."
    variables: dict[str, Any] = field(default_factory=dict)
    paging: Paging | None = None
    "None: all comes at once."
    since: str | None = None
    "The variable that asks for what changed since a time (RFC 3339); null asks for all."


def read_saved_query(said: Any) -> SavedQuery:
    """This will check a saved query and its map against the query's own text. Raises WrongQuery."""
    told = _object(said, "graphql", {"query", "items", "fields"}, {"operation", "variables", "paging", "since"})
    text = told["query"]
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "\n".join(text)
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise WrongQuery(f"“query” must be the text of a query, or its lines, of at most {LONGEST} characters.")
    operation, answer = _operation(text, told.get("operation"))
    declared = {each.variable.name.value for each in operation.variable_definitions or ()}
    paging, variables, since = (
        _paging(told.get("paging"), declared, answer),
        told.get("variables", {}),
        told.get("since"),
    )
    if not isinstance(variables, dict) or not set(variables) <= declared:
        raise WrongQuery(f"“variables” may hold what the query declares: {', '.join(sorted(declared)) or 'nothing'}.")
    if since is not None and since not in declared:
        raise WrongQuery(f"“since”: the query declares no variable ${since}.")
    item = answer.at(told["items"], "items")
    _check_level(told["fields"], "service", item, "fields")
    if since is not None and "modified_at" not in told["fields"]:
        raise WrongQuery("“since” needs modified_at in the map: the newest of what came is asked from next time.")
    return SavedQuery(text, told["items"], told["fields"], told.get("operation"), variables, paging, since)


def _operation(text: str, name: Any) -> "tuple[OperationDefinitionNode, _Selected]":
    from graphql import FragmentDefinitionNode, GraphQLSyntaxError, OperationDefinitionNode, OperationType, parse

    try:
        document = parse(text, max_tokens=LONGEST)
    except GraphQLSyntaxError as failure:
        raise WrongQuery(f"“query” is no GraphQL: {failure.message}") from failure
    found = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in found if name is None or (each.name and each.name.value == name)]
    if len(named) != 1:
        raise WrongQuery("“query” must hold one operation, or “operation” say which of its several.")
    if named[0].operation is not OperationType.QUERY:
        raise WrongQuery("“query” must be a query: nothing is changed at a partner, and nothing subscribed to.")
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    return named[0], _Selected(fragments, (named[0].selection_set,))


@dataclass(frozen=True, slots=True)
class _Selected:
    """What a query selects at one place of its answer."""

    fragments: "Mapping[str, FragmentDefinitionNode]"
    sets: "tuple[SelectionSetNode, ...]"

    def keys(self) -> "dict[str, tuple[SelectionSetNode, ...]]":
        """Response keys, and what is selected below each; every fragment is entered once."""
        from graphql import FieldNode, FragmentSpreadNode

        found: dict[str, tuple[SelectionSetNode, ...]] = {}
        entered: set[str] = set()
        waiting = [node for each in self.sets for node in each.selections]
        while waiting:
            node = waiting.pop()
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found[key] = found.get(key, ()) + ((node.selection_set,) if node.selection_set else ())
            elif not isinstance(node, FragmentSpreadNode):
                waiting += node.selection_set.selections  # type: ignore[attr-defined]
            elif (name := node.name.value) not in entered:
                entered.add(name)
                if name not in self.fragments:
                    raise WrongQuery(f"“query” spreads a fragment that it does not have: {name}.")
                waiting += self.fragments[name].selection_set.selections
        return found

    def at(self, path: Any, where: str) -> "_Selected":
        """What is selected at the end of a path. Raises WrongQuery."""
        if not isinstance(path, str) or not path:
            raise WrongQuery(f"“{where}” must be a path: response keys with dots between them.")
        here = self
        for key in path.split("."):
            keys = here.keys()
            if key not in keys:
                known = ", ".join(sorted(keys)) or "nothing"
                raise WrongQuery(f"“{where}”: the query selects no “{key}” of {path}. There it selects {known}.")
            here = _Selected(self.fragments, keys[key])
        return here


def _paging(said: Any, declared: set[str], answer: _Selected) -> Paging | None:
    if said is None:
        return None
    told = _object(said, "paging", {"by", "variable"}, {"size", "per_page", "cursor", "more"})
    if told["by"] not in WAYS:
        raise WrongQuery(f"“paging.by” may be {', '.join(WAYS)}.")
    for name in ("variable", "size"):
        if name in told and told[name] not in declared:
            raise WrongQuery(f"“paging.{name}”: the query declares no variable ${told[name]}.")
    for name in ("cursor", "more"):
        if name in told:
            answer.at(told[name], f"paging.{name}")
    if (told["by"] == "cursor") != ("cursor" in told):
        raise WrongQuery("“paging.cursor” is the path to the next cursor: needed where paging is by cursor, else none.")
    per_page = told.get("per_page", 100)
    if not isinstance(per_page, int) or isinstance(per_page, bool) or not 1 <= per_page <= MOST_PER_PAGE:
        raise WrongQuery(f"“paging.per_page” must be a number from 1 to {MOST_PER_PAGE}.")
    return Paging(**told)


def _check_level(said: Any, level: str, selected: _Selected, where: str) -> None:
    """That each of our fields on a level leads to something that the query asks for."""
    known = LEVELS[level]
    lists = where.rpartition(".")[2] in LISTS
    needed = {*NEEDED.get(level, ()), *(("each",) if lists else ())}
    told = _object(said, where, needed, {*known, *(("each",) if lists else ())})
    below = selected.at(told["each"], f"{where}.each") if lists else selected
    for name, spec in told.items():
        if name == "each":
            continue
        if (part := known[name]) in LEVELS:
            _check_level(spec, part, below, f"{where}.{name}")
        else:
            for at, path in _paths(Part(part), spec, f"{where}.{name}"):
                below.at(path, at)


def _paths(part: Part, spec: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The paths that a field names, each with where it stands in the settings."""
    match part, spec:
        case Part.VALUES, list() if spec:
            yield from ((where, path) for path in spec)
        case Part.TEXTS | Part.HOURS, {"each": each}:
            needed = {"language", "text"} if part is Part.TEXTS else {"days", "opens", "closes"}
            _object(spec, where, {"each", *needed}, set())
            yield from ((f"{where}.{name}", f"{each}.{spec[name]}") for name in sorted(needed))
        case Part.TEXTS, dict() if spec:
            yield from ((f"{where}.{language}", path) for language, path in spec.items())
        case _:
            yield where, spec


def _object(said: Any, where: str, needed: set[str], allowed: set[str]) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise WrongQuery(f"“{where}” must be an object.")
    if missing := sorted(needed - set(said)):
        raise WrongQuery(f"“{where}” lacks {', '.join(missing)}.")
    if unknown := sorted(map(str, set(said) - needed - allowed)):
        raise WrongQuery(f"“{where}” knows no {', '.join(unknown)}. It may have {', '.join(sorted(needed | allowed))}.")
    return said
