"""What Konbit sent to PostgreSQL, written so that pgbench sends the same for the next referral."""

from datetime import UTC, datetime
from uuid import UUID

from benchmarks.pgbench_script import NEXT, Sent, written

REFERRAL = UUID(int=1)
ORGANIZATION = UUID(int=2)


def script(*sent: Sent) -> str:
    return written(sent, REFERRAL, ORGANIZATION, "client_a").removeprefix(NEXT)


def test_a_transaction_begins_in_one_round_trip_as_the_referrals_own_receiver() -> None:
    begin = f"""BEGIN; SET LOCAL "konbit"."organization" = '{ORGANIZATION}'; SET LOCAL "konbit"."client" = 'client_a'"""
    assert script(Sent(begin, ())) == (
        "\\startpipeline\nBEGIN;\nSELECT set_config('konbit.organization', :organization, true),"
        " set_config('konbit.client', :client, true);\n\\endpipeline\n"
    )


def test_what_named_the_referral_names_the_next_one() -> None:
    sent = Sent("SELECT $1::UUID, $2::VARCHAR, $3::UUID[]", (REFERRAL, f"key {REFERRAL}", [REFERRAL]))
    assert script(sent) == "SELECT :referral::UUID, ('key ' || :referral)::VARCHAR, ARRAY[:referral]::UUID[];\n"


def test_the_version_is_the_next_referrals_own() -> None:
    assert script(Sent("UPDATE r SET n = $1 WHERE version = $2::INTEGER", (3, 3))) == (
        "UPDATE r SET n = 3 WHERE version = :version::INTEGER;\n"
    )


def test_other_values_stay_what_they_were() -> None:
    moment = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    sent = Sent("SELECT $1, $2, $3, $4", (None, True, b"\x00\xff", moment))
    assert script(sent) == "SELECT NULL, true, '\\x00ff', E'2026-11-21T18\\x3A00\\x3A00+00\\x3A00';\n"


def test_no_text_holds_what_pgbench_takes_for_a_variable() -> None:
    assert script(Sent("SELECT to_char(at, 'HH24:MI \"\\'), '{\"id\":'", ())) == (
        "SELECT to_char(at, E'HH24\\x3AMI \"\\\\'), '{\"id\":';\n"
    )
