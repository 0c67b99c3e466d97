"""Makes a database hold exactly the declared policies, grants, functions and triggers."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from pathlib import Path

from auth.policies import (
    accounts,
    certificates,
    directory,
    flows,
    indicators,
    ledger,
    oauth,
    organisations,
    partners,
    people,
    referrals,
    stewardship,
    training,
    versions,
)
from auth.policies.declare import Command, DatabaseRole, Policy
from auth.policies.shared import SHARED
from models import Base

POLICIES: list[Policy] = [
    policy
    for subject in (
        *(organisations, directory, people, referrals, flows, indicators),
        *(ledger, accounts, oauth, partners, training, certificates, versions, stewardship),
    )
    for policy in subject.POLICIES
]
HERE = Path(__file__).parent
OWNERS = {HERE / "keeper": DatabaseRole.KEEPER, HERE / "search": DatabaseRole.SEARCH}
"Folders of SQL functions, and the role that owns what each folder makes."
TRIGGERS = HERE / "triggers.sql"
FORGET = """DO $$ DECLARE made oid; BEGIN LOOP
  SELECT oid INTO made FROM pg_proc WHERE proowner = current_user::regrole LIMIT 1;
  EXIT WHEN NOT FOUND;
  EXECUTE format('DROP ROUTINE %s CASCADE', made::regprocedure);
END LOOP; END $$"""
"Drops the functions of the current role: what is no longer declared is gone, and a signature may change."
GUARD = """DO $$ DECLARE made record; BEGIN
  FOR made IN SELECT oid::regprocedure AS routine, prorettype = 'trigger'::regtype AS fires
              FROM pg_proc WHERE proowner = current_user::regrole AND prosecdef LOOP
    EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', made.routine);
    IF made.fires THEN EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO "{owner}"', made.routine); END IF;
  END LOOP; END $$"""
"""Leaves functions that act with the current role's rights to those they were granted to, and triggers to the owner of
the tables: whoever may call one could put it on a table of their own, and have it act on rows they made up."""


@cache
def fingerprint() -> str:
    """What stands declared, as a short hash: a database that carries it is up to date."""
    parts = [repr(POLICIES), repr(SHARED), GUARD, *(path.read_text() for path in _sources())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def statements(prefix: str, owner: str) -> Iterator[str]:
    """This will yield the SQL that installs everything, for roles named prefix_role and tables owned by owner.

    Run in one transaction by a role that may SET ROLE to owner, keeper and search. Safe to run again.
    """
    yield f'SET LOCAL ROLE "{owner}"'
    tables = sorted(table.name for table in Base.metadata.sorted_tables)
    yield """DO $$ DECLARE p record; BEGIN
      FOR p IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
      END LOOP; END $$"""
    roles = ", ".join(f'"{prefix}_{role}"' for role in DatabaseRole)
    for table in tables:
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
        yield f'REVOKE ALL ON "{table}" FROM PUBLIC, {roles}'
    yield f"GRANT USAGE ON SCHEMA public TO {roles}"
    for folder, role in OWNERS.items():
        yield f'SET LOCAL ROLE "{prefix}_{role}"'
        yield FORGET
        for path in sorted(folder.glob("*.sql")):
            yield filled(path.read_text(), {role.value: f"{prefix}_{role}" for role in DatabaseRole} | SHARED)
        yield filled(GUARD, {"owner": owner})
    yield f'SET LOCAL ROLE "{owner}"'
    # After the functions, which some of them ask.
    for policy in POLICIES:
        yield create(policy, prefix)
        yield grant(policy, prefix)
    yield TRIGGERS.read_text()
    yield "RESET ROLE"


def create(policy: Policy, prefix: str) -> str:
    """The statement that makes one policy."""
    using = "" if policy.command is Command.INSERT else f" USING ({policy.rows})"
    writes = policy.command in (Command.INSERT, Command.UPDATE, Command.ALL)
    check = f" WITH CHECK ({policy.written or policy.rows})" if writes else ""
    role = f"{prefix}_{policy.role}"
    return f'CREATE POLICY "{policy.name}" ON "{policy.table}" FOR {policy.command} TO "{role}"{using}{check}'


def grant(policy: Policy, prefix: str) -> str:
    """The statement that grants what one policy allows."""
    granted = "SELECT, INSERT, UPDATE, DELETE" if policy.command is Command.ALL else policy.command
    columns = f" ({', '.join(policy.columns)})" if policy.columns else ""
    return f'GRANT {granted}{columns} ON "{policy.table}" TO "{prefix}_{policy.role}"'


def filled(sql: str, values: Mapping[str, str]) -> str:
    """The SQL with each `{name}` in it replaced by its value; other braces stay as they are."""
    return reduce(lambda text, name: text.replace(f"{{{name}}}", values[name]), values, sql)


def _sources() -> list[Path]:
    return sorted([*(path for folder in OWNERS for path in folder.glob("*.sql")), TRIGGERS])
