"""How Alembic reaches the database: by the connection that migrations/run.py hands it."""

from typing import Any

from alembic import context
from alembic.operations.ops import CreateTableOp

from models import Base


def write_what_changed(migration: Any, revision: Any, directives: list[Any]) -> None:
    """No file where nothing changed. A table's class of confidentiality is the models' to say, not a migration's."""
    directives[:] = [directive for directive in directives if not directive.upgrade_ops.is_empty()]
    for directive in directives:
        for operation in directive.upgrade_ops.ops:
            if isinstance(operation, CreateTableOp):
                operation.info.clear()


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    process_revision_directives=write_what_changed,
)
context.run_migrations()
