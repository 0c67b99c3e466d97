"""Which secrets are stored sealed, and how they are brought under the key-encryption key that seals today."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.sealing import Sealer
from models.session import Connection


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of secrets, with `sealed_by` beside it; each is bound to its table and row."""

    table: str
    key: str
    secret: str
    needed: str = "true"
    "Which rows are ever opened again, in SQL."

    def bound(self, key: str) -> str:
        return f"{self.table}:{key}"


OF_AUTH = (
    Sealed("oauth_key", "kid", "private_key", needed="(retires_at IS NULL OR retires_at > now())"),
    Sealed("totp", "account_id", "secret"),
    Sealed("identity_provider", "id", "client_secret"),
)
"What role auth keeps."
OF_WORKER = (
    Sealed("issuer_key", "public_key", "private_key", needed="withdrawn_at IS NULL"),
    Sealed("partner", "id", "credential"),
)
"What role worker keeps."


async def check_opening(connection: Connection, *, sealer: Sealer, secrets: Sequence[Sealed]) -> None:
    """This will open one secret of each table and key-encryption key: a wrong key is found at the start, not later.

    Raises UnknownKek, CannotOpen, KekUnavailable. One statement per table.
    """
    for kept in secrets:
        one_each = f"""
            SELECT DISTINCT ON (sealed_by) {kept.key}::text AS key, {kept.secret} AS secret, sealed_by
            FROM {kept.table} WHERE sealed_by IS NOT NULL AND {kept.needed}"""
        rows = await connection.fetch(one_each)
        for row in sorted(rows, key=lambda row: sealer.knows(row["sealed_by"])):
            sealer.open(row["secret"], sealed_by=row["sealed_by"], bound=kept.bound(row["key"]))


async def seal_in_the_clear(connection: Connection, *, sealer: Sealer, secrets: Sequence[Sealed]) -> int:
    """This will seal what was stored before there was a key-encryption key, and say how many.

    One transaction; of several processes at once, each row is sealed by one. Raises KekUnavailable.
    """
    return await _seal(connection, "sealed_by IS NULL AND $1 <> ''", sealer=sealer, secrets=secrets)


async def seal_anew(connection: Connection, *, sealer: Sealer, secrets: Sequence[Sealed]) -> int:
    """This will seal under today's key all that is not, and say how many; in one transaction, or none of them.

    Raises UnknownKek, CannotOpen, KekUnavailable.
    """
    return await _seal(connection, "sealed_by IS DISTINCT FROM $1", sealer=sealer, secrets=secrets)


async def count_by_kek(connection: Connection, *, secrets: Sequence[Sealed]) -> dict[tuple[str, str | None], int]:
    """This will say how many secrets of which table are sealed by which key; None: they lie in the clear."""
    counts: dict[tuple[str, str | None], int] = {}
    for kept in secrets:
        each = f"SELECT sealed_by, count({kept.secret}) FROM {kept.table} GROUP BY sealed_by"
        counts |= {(kept.table, sealed_by): count for sealed_by, count in await connection.fetch(each) if count}
    return counts


async def _seal(connection: Connection, which: str, *, sealer: Sealer, secrets: Sequence[Sealed]) -> int:
    sealed = 0
    async with connection.transaction():
        for kept in secrets:
            # Whoever comes second waits for the rows, and then finds that they are no longer of those it looks for.
            found = await connection.fetch(
                f"SELECT {kept.key}::text AS key, {kept.secret} AS secret, sealed_by FROM {kept.table}"
                f" WHERE {kept.secret} IS NOT NULL AND {kept.needed} AND {which} ORDER BY 1 FOR UPDATE",
                sealer.current,
            )
            keep = f"UPDATE {kept.table} SET {kept.secret} = $2, sealed_by = $3 WHERE {kept.key}::text = $1"
            for row in found:
                bound = kept.bound(row["key"])
                plain = sealer.open(row["secret"], sealed_by=row["sealed_by"], bound=bound)
                await connection.execute(keep, row["key"], *sealer.seal(plain, bound=bound))
            sealed += len(found)
    return sealed
