"""Which parts of the graph a token may reach. A scope limits the token; a role limits who holds it."""

from collections.abc import Iterable
from enum import StrEnum, unique


@unique
class Scope(StrEnum):
    """The value is the word on the wire: in a token's `scope`, and in the schema's `@requiresScopes`."""

    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    REFERRALS_READ = "referrals:read"
    REFERRALS_WRITE = "referrals:write"
    TRAINING_READ = "training:read"
    TRAINING_WRITE = "training:write"
    INDICATORS_READ = "indicators:read"
    INDICATORS_WRITE = "indicators:write"
    FLOWS_READ = "flows:read"
    FLOWS_WRITE = "flows:write"
    AUDIT_READ = "audit:read"
    ADMIN = "admin"
    GRAPH_DOCUMENTS = "graph:documents"
    GRAPH_INTROSPECTION = "graph:introspection"
    OPENID = "openid"
    PROFILE = "profile"
    OFFLINE_ACCESS = "offline_access"

    @property
    def words(self) -> str:
        """What one agrees to by granting the scope, in words for people."""
        return _WORDS[self]


_WORDS = {
    Scope.DIRECTORY_READ: "Find organisations, their services and places.",
    Scope.DIRECTORY_WRITE: "Change your organisation's services, places and reported capacity.",
    Scope.PEOPLE_READ: "Read the files of people your organisation registered.",
    Scope.PEOPLE_WRITE: "Register people and record or withdraw their consent.",
    Scope.REFERRALS_READ: "Read referrals that your organisation sent or received.",
    Scope.REFERRALS_WRITE: "Send, accept, decline and complete referrals.",
    Scope.TRAINING_READ: "Read courses, trainings and attendance.",
    Scope.TRAINING_WRITE: "Enrol people in trainings and record attendance.",
    Scope.INDICATORS_READ: "Read published indicators.",
    Scope.INDICATORS_WRITE: "Approve the releases of indicators that your organisation publishes or contributed to.",
    Scope.FLOWS_READ: "Read what your organisation counted at the border.",
    Scope.FLOWS_WRITE: "Enter and correct counts of people at the border.",
    Scope.AUDIT_READ: "Read who did and saw what in your organisation.",
    Scope.ADMIN: "Manage your organisation's members and clients.",
    Scope.GRAPH_DOCUMENTS: "Ask the graph in its own words, not only with the documents of the program.",
    Scope.GRAPH_INTROSPECTION: "Read the graph's schema.",
    Scope.OPENID: "Know that you are the same person as last time.",
    Scope.PROFILE: "Know your name and language.",
    Scope.OFFLINE_ACCESS: "Go on after you have signed out here, until you end it.",
}


OF_CLIENTS = frozenset({Scope.GRAPH_DOCUMENTS, Scope.GRAPH_INTROSPECTION})
"How a client may ask, not what a token reaches: who is granted them has them, whatever `scope` said."

OF_PEOPLE = frozenset({Scope.OPENID, Scope.PROFILE, Scope.OFFLINE_ACCESS})
"What only a person can grant; they open nothing in the graph, and a machine that acts for itself never gets them."

OF_DEVICES = frozenset({Scope.TRAINING_READ, Scope.TRAINING_WRITE, Scope.DIRECTORY_READ, Scope.OPENID})
"All that a device may be let do: a code can be talked out of a person, so it never opens anybody's case."


class UnknownScope(ValueError):
    """A scope was asked for that this server does not have."""


def parse_scopes(text: str) -> frozenset[Scope]:
    """This will read the space-separated `scope` of RFC 6749, section 3.3. Raises UnknownScope."""
    try:
        return frozenset(Scope(word) for word in text.split(" ") if word)
    except ValueError as error:
        raise UnknownScope(text) from error


def scope_text(scopes: Iterable[Scope]) -> str:
    """This will write scopes in the form that `parse_scopes` reads, always in the same order."""
    return " ".join(sorted(scopes))
