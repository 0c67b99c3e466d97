"""Functions that act with more rights than their caller: nobody calls one that was not granted to it."""

from uuid import UUID

import asyncpg
import pytest

from tests.actions.network import Network

pytestmark = pytest.mark.anyio
DEFINERS = """SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND has_function_privilege('konbit_app', p.oid, 'EXECUTE')
ORDER BY 1"""
FORGED = """
CREATE TEMPORARY TABLE mine (LIKE referral);
CREATE TRIGGER forged AFTER INSERT ON mine REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION keep_parties();
INSERT INTO mine SELECT '{referral}', 'forged', 'REFERRAL', 'SENT', 'URGENT', 'HEALTH', '{me}', '{other}', '{service}',
  NULL, NULL, NULL, NULL, now(), now(), now(), NULL, NULL, NULL, 1"""


async def test_the_app_may_call_just_what_it_needs_of_them(network: Network) -> None:
    callable_by_app = [row["oid"] for row in await network.rows(DEFINERS)]
    assert [name.partition("(")[0] for name in callable_by_app] == [
        "answer_verification",
        "claims_of",
        "count_facets",
        "count_services",
        "explain_service",
        "file_of_my_site",
        "follow_secret",
        "grant_scopes",
        "hold_capacity",
        "keep_apart",
        "keep_override",
        "merge_services",
        "own_partner",
        "public_certificate",
        "public_issuer_keys",
        "public_status_list",
        "referral_of_my_site",
        "search_services",
        "settle_service",
        "split_services",
        "verification_asked",
    ]


async def test_nobody_becomes_a_party_by_a_trigger_of_its_own_table(network: Network) -> None:
    """A trigger's function runs with its owner's rights on whatever table it is put on."""
    referral_id = await network.sent()
    forged = FORGED.format(
        referral=referral_id,
        me=network.organizations["outsider"],
        other=network.organizations["registry"],
        service=network.services["papers"],
    )

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with network.database.session(network.actor("outsider").claims()) as session:
            await session.connection.execute(forged)

    assert await _narrative(network, referral_id) is None


async def test_nobody_makes_temporary_tables(network: Network, template: str) -> None:
    for role in ("app", "auth", "worker"):
        query = "SELECT has_database_privilege($1, $2, 'TEMPORARY')"
        assert await network.value(query, f"{template}_{role}", template) is False, role


async def _narrative(network: Network, referral_id: UUID) -> str | None:
    query = "SELECT narrative FROM referral_narrative WHERE referral_id = $1"
    found: str | None = await network.sees("outsider", query, referral_id)
    return found


async def test_what_everyone_may_ask_of_certificates_takes_an_id_and_shows_no_key(network: Network) -> None:
    """Without an id nothing is listed, and of a key its public half alone is told."""
    told = "SELECT pg_get_function_result(oid), pg_get_function_arguments(oid) FROM pg_proc WHERE proname = $1"
    assert [tuple(row.values()) for row in await network.rows(told, "public_certificate")] == [
        ("jsonb", "certificate uuid")
    ]
    assert [tuple(row.values()) for row in await network.rows(told, "public_issuer_keys")] == [
        ("TABLE(public_key text, withdrawn_at timestamp with time zone)", "")
    ]
    assert (
        await network.value("SELECT has_column_privilege('konbit_keeper', 'issuer_key', 'private_key', 'SELECT')")
        is False
    )
