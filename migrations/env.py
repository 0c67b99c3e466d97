"""How Alembic reaches the database: by the connection that migrations/run.py hands it."""

from typing import Any

from alembic import context
from alembic.operations.ops import CreateTableOp

from models import Base


def forget_info(migration: Any, revision: Any, directives: list[Any]) -> None:
    """A table's class of confidentiality is the models' to say; it is not a thing of the database."""
    for directive in directives:
        for operation in directive.upgrade_ops.ops:
            if isinstance(operation, CreateTableOp):
                operation.info.clear()


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    process_revision_directives=forget_info,
)
context.run_migrations()
