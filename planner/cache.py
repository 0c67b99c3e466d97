"""Plans kept by what decides their text: the field, which inputs are present, and the few values consulted."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, GraphQLField

from planner.given import Binds, Variables
from planner.plan import Plan, Planner

MOST = 4_096
"How many plans are kept; the ones least lately used are forgotten."
Consulted = dict[tuple[Any, ...], Callable[[Variables], Any]]


def shape(value: Any) -> Hashable:
    """Which parts of an input are present and not null. Values do not count, but for booleans: they have only two."""
    if isinstance(value, Mapping):
        return tuple((name, shape(part)) for name, part in value.items() if part is not None)
    return value if isinstance(value, bool) else value is not None


class Plans:
    """The plans of one planner, bounded in number."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._consulted: dict[Hashable, Consulted] = {}
        self._kept: OrderedDict[Hashable, Plan] = OrderedDict()

    def get(
        self,
        key: Hashable,
        definition: GraphQLField,
        nodes: Sequence[FieldNode],
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> Plan:
        """The plan of a root field, written where it is not kept. key: names the field within its document."""
        form = (key, shape(variables))
        consulted = self._consulted.get(form)
        if consulted is not None:
            whole = (form, tuple(look(variables) for look in consulted.values()))
            found = self._kept.get(whole)
            if found is not None:
                self._kept.move_to_end(whole)
                return found
        binds = Binds(variables)
        plan = self._planner.plan(definition, nodes, fragments, binds)
        known = {**(consulted or {}), **binds.consulted}
        self._consulted[form] = known
        self._kept[(form, tuple(look(variables) for look in known.values()))] = plan
        while len(self._kept) > MOST:
            old, _ = self._kept.popitem(last=False)
            self._consulted.pop(old[0], None)  # type: ignore[index]
        return plan
