"""What is sealed opens for its own row, under a key that is there, and in no other way."""

import asyncio
import base64
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.issuer_keys import NoIssuerKey, ensure_issuer_key, rotate_issuer_keys, signing_key
from auth.kek import (
    HeldKey,
    KekFileOpenToOthers,
    KekFileUnreadable,
    KekPluginUnusable,
    WrongKek,
    ensure_file,
    load_plugin,
    read_file,
    read_text,
)
from auth.keys import KeyRing, SigningKeySealed, rotate_keys
from auth.resealing import OF_AUTH, OF_WORKER, check_opening, count_by_kek, seal_anew, seal_in_the_clear
from auth.sealing import CannotOpen, KekUnavailable, KeyEncryptionKey, Sealer, UnknownKek
from tests.auth.deployment import SEALER, START, Deployment
from tests.auth.posts import issue

OLD, NEW = HeldKey(bytes(range(32))), HeldKey(bytes(range(32, 64)))
SECRET = b"what nobody else may read"


def test_what_is_sealed_opens_for_its_row_alone() -> None:
    sealer = Sealer([OLD])
    sealed, sealed_by = sealer.seal(SECRET, bound="totp:1")
    assert sealed_by == OLD.name
    assert SECRET not in sealed
    assert sealer.open(sealed, sealed_by=sealed_by, bound="totp:1") == SECRET
    with pytest.raises(CannotOpen, match="totp:2"):
        sealer.open(sealed, sealed_by=sealed_by, bound="totp:2")


def test_no_two_sealings_are_alike() -> None:
    sealer = Sealer([OLD])
    assert len({sealer.seal(SECRET, bound="a")[0] for _ in range(100)}) == 100


@pytest.mark.parametrize("at", range(0, 110, 7))
def test_no_byte_can_be_changed(at: int) -> None:
    sealer = Sealer([OLD])
    sealed, sealed_by = sealer.seal(SECRET, bound="a")
    changed = bytearray(sealed)
    changed[at % len(sealed)] ^= 1
    with pytest.raises((CannotOpen, KekUnavailable)):
        sealer.open(bytes(changed), sealed_by=sealed_by, bound="a")


@pytest.mark.parametrize("length", [0, 1, 2, 3, 40, 63, 70, 90])
def test_what_is_cut_off_does_not_open(length: int) -> None:
    sealer = Sealer([OLD])
    sealed, sealed_by = sealer.seal(SECRET, bound="a")
    with pytest.raises((CannotOpen, KekUnavailable)):
        sealer.open(sealed[:length], sealed_by=sealed_by, bound="a")


def test_a_later_key_seals_and_the_earlier_goes_on_opening() -> None:
    sealed, sealed_by = Sealer([OLD]).seal(SECRET, bound="a")
    both = Sealer([NEW, OLD])
    assert both.open(sealed, sealed_by=sealed_by, bound="a") == SECRET
    assert both.seal(SECRET, bound="a")[1] == NEW.name


def test_a_key_that_is_not_there_is_named_with_those_that_are() -> None:
    sealed, sealed_by = Sealer([OLD]).seal(SECRET, bound="oauth_key:x")
    with pytest.raises(UnknownKek) as refusal:
        Sealer([NEW]).open(sealed, sealed_by=sealed_by, bound="oauth_key:x")
    assert str(refusal.value) == f"oauth_key:x needs {OLD.name}, and there is {NEW.name}"


def test_what_lies_in_the_clear_is_as_it_is() -> None:
    assert Sealer([OLD]).open(SECRET, sealed_by=None, bound="a") == SECRET


def test_another_key_of_the_same_name_opens_nothing() -> None:
    class Impostor(HeldKey):
        @property
        def name(self) -> str:
            return OLD.name

    sealed, sealed_by = Sealer([OLD]).seal(SECRET, bound="a")
    with pytest.raises(KekUnavailable):
        Sealer([Impostor(NEW.key)]).open(sealed, sealed_by=sealed_by, bound="a")


def test_a_key_is_never_shown() -> None:
    shown = repr(OLD) + OLD.name + str(OLD)
    for form in (OLD.key.hex(), base64.b64encode(OLD.key).decode(), repr(OLD.key)):
        assert form not in shown


class Service:
    """A key management service: the key stays here, and each use of it is counted."""

    name = "service:eu-1/konbit"

    def __init__(self) -> None:
        self.key, self.asked, self.away = HeldKey(os.urandom(32)), 0, False

    def _use(self) -> HeldKey:
        self.asked += 1
        if self.away:
            raise ConnectionError("no route")
        return self.key

    def wrap(self, data_key: bytes) -> bytes:
        return self._use().wrap(data_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._use().unwrap(wrapped)


def test_a_service_is_asked_once_for_each_secret_and_may_then_be_away() -> None:
    service = Service()
    assert isinstance(service, KeyEncryptionKey)
    sealer = Sealer([service])
    sealed, sealed_by = sealer.seal(SECRET, bound="a")
    assert sealed_by == "service:eu-1/konbit"
    for _ in range(5):
        assert sealer.open(sealed, sealed_by=sealed_by, bound="a") == SECRET
    assert service.asked == 2
    service.away = True
    assert sealer.open(sealed, sealed_by=sealed_by, bound="a") == SECRET
    with pytest.raises(KekUnavailable, match="service:eu-1/konbit"):
        sealer.seal(SECRET, bound="a")
    with pytest.raises(KekUnavailable):
        Sealer([service]).open(sealed, sealed_by=sealed_by, bound="a")


def service() -> Service:
    """As KONBIT_KEK_PLUGIN names it."""
    return Service()


def nothing() -> object:
    return object()


def failing() -> object:
    raise OSError("no credentials")


def test_a_plug_in_is_a_module_and_a_function() -> None:
    assert load_plugin(f"{__name__}:service").name == "service:eu-1/konbit"


@pytest.mark.parametrize("name", ["", ":", "nowhere.at.all:x", "json", "json:absent", f"{__name__}:nothing"])
def test_what_is_no_plug_in_is_refused(name: str) -> None:
    with pytest.raises(KekPluginUnusable):
        load_plugin(name)


def test_why_a_plug_in_fails_is_said() -> None:
    with pytest.raises(KekPluginUnusable, match="no credentials"):
        load_plugin(f"{__name__}:failing")


TEXT = base64.b64encode(OLD.key).decode()


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.rstrip("="), f"  {TEXT}\n", base64.urlsafe_b64encode(OLD.key).decode(), f"# ours\n{TEXT}\n"]
)
def test_a_key_may_be_written_as_usual(text: str) -> None:
    assert read_text(text, place="KONBIT_KEK") == [OLD]


def test_several_keys_are_read_in_order() -> None:
    more = base64.b64encode(NEW.key).decode()
    assert read_text(f"{more},{TEXT}", place="KONBIT_KEK") == [NEW, OLD]
    assert read_text(f"# since May\n{more}\n# until May\n{TEXT}\n", place="file") == [NEW, OLD]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "KONBIT_KEK holds none"),
        ("# nothing", "KONBIT_KEK holds none"),
        (base64.b64encode(bytes(16)).decode(), "KONBIT_KEK, key 1, has 16 bytes"),
        (f"{TEXT},{base64.b64encode(bytes(33)).decode()}", "KONBIT_KEK, key 2, has 33 bytes"),
        ("correct horse battery staple", "KONBIT_KEK, key 1, is not base64"),
        ("ké" * 20, "KONBIT_KEK, key 1, is not base64"),
    ],
)
def test_a_wrong_key_is_refused_without_being_repeated(text: str, message: str) -> None:
    with pytest.raises(WrongKek) as refusal:
        read_text(text, place="KONBIT_KEK")
    assert str(refusal.value) == message


def test_the_file_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "data" / "kek"
    ensure_file(path)
    (made,) = read_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    ensure_file(path)
    assert read_file(path) == [made]
    assert list(path.parent.iterdir()) == [path]


def test_of_programs_that_start_together_one_makes_the_file(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from auth.kek import ensure_file, read_file; sys.stdin.read(1);"
        "path = Path(sys.argv[1]); ensure_file(path); print(read_file(path)[0].name)"
    )
    path = tmp_path / "kek"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    for each in started:
        assert each.stdin is not None
        each.stdin.write(b"x")
        each.stdin.flush()
    names = {each.communicate(timeout=60)[0] for each in started}
    assert names == {read_file(path)[0].name.encode() + b"\n"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("mode", "open_to"), [(0o644, True), (0o604, True), (0o660, True), (0o640, False)])
def test_a_file_that_others_may_read_or_a_group_may_write_is_refused(tmp_path: Path, mode: int, open_to: bool) -> None:
    path = tmp_path / "kek"
    ensure_file(path)
    path.chmod(mode)
    if open_to:
        with pytest.raises(KekFileOpenToOthers, match=f"{path} has {mode:o}"):
            read_file(path)
    else:
        assert len(read_file(path)) == 1


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KekFileUnreadable, match="No such file"):
        read_file(tmp_path / "absent")
    with pytest.raises(KekFileUnreadable):
        read_file(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(KekFileUnreadable):
        read_file(tmp_path / "pipe")


async def in_the_clear(deployment: Deployment) -> None:
    """The signing key as part 1 kept it."""
    (row,) = await deployment.sql("SELECT kid, private_key, sealed_by FROM oauth_key")
    plain = SEALER.open(row["private_key"], sealed_by=row["sealed_by"], bound=f"oauth_key:{row['kid']}")
    assert json.loads(plain)["kty"] == "EC"
    await deployment.sql("UPDATE oauth_key SET private_key = $1, sealed_by = NULL", plain)


async def test_a_private_key_never_lies_in_the_clear(deployment: Deployment) -> None:
    connection = await asyncpg.connect(deployment.urls.worker)
    await ensure_issuer_key(connection, sealer=SEALER, now=START)
    await connection.close()
    for table in ("oauth_key", "issuer_key"):
        (row,) = await deployment.sql(f"SELECT private_key, sealed_by FROM {table}")
        assert row["sealed_by"] == SEALER.current
        assert b'"d"' not in row["private_key"]
        assert len(row["private_key"]) > 90


async def test_what_lay_in_the_clear_is_sealed_once_by_two_at_once_and_goes_on_signing(deployment: Deployment) -> None:
    token = await issue(deployment.process(), deployment.secret)
    await in_the_clear(deployment)
    still = await issue(deployment.process(), deployment.secret)

    async def start() -> int:
        connection = await asyncpg.connect(deployment.urls.auth)
        try:
            return await seal_in_the_clear(connection, sealer=Sealer([OLD]), secrets=OF_AUTH)
        finally:
            await connection.close()

    assert sorted(await asyncio.gather(*(start() for _ in range(6)))) == [0, 0, 0, 0, 0, 1]
    process = deployment.process()
    for one in (token, still, await issue(process, deployment.secret)):
        assert (await process.authenticator.actor(one, now=deployment.clock.now)).client_id == "brc"


async def test_a_wrong_key_signs_nothing_and_says_which_is_needed(deployment: Deployment) -> None:
    ring = KeyRing(deployment.engine, Sealer([NEW]))
    with pytest.raises(SigningKeySealed, match=f"needs {OLD.name}, and there is {NEW.name}"):
        await ring.keys(now=deployment.clock.now)
    connection = await asyncpg.connect(deployment.urls.auth)
    with pytest.raises(UnknownKek, match=OLD.name):
        await check_opening(connection, sealer=Sealer([NEW]), secrets=OF_AUTH)
    await check_opening(connection, sealer=Sealer([NEW, OLD]), secrets=OF_AUTH)
    await connection.close()


async def test_a_key_moved_to_another_row_does_not_open(deployment: Deployment) -> None:
    await deployment.sql("UPDATE oauth_key SET kid = 'another', public_jwk = public_jwk || '{\"kid\": \"another\"}'")
    with pytest.raises(SigningKeySealed, match="oauth_key:another, sealed by"):
        await KeyRing(deployment.engine, SEALER).keys(now=deployment.clock.now)


async def test_everything_comes_under_another_key_and_the_first_is_then_unneeded(deployment: Deployment) -> None:
    account, provider = uuid4(), uuid4()
    totp, by = SEALER.seal(b"x" * 20, bound=f"totp:{account}")
    secret, _ = SEALER.seal(b"client secret", bound=f"identity_provider:{provider}")
    await deployment.sql("INSERT INTO account (id, display_name) VALUES ($1, 'Somebody')", account)
    await deployment.sql(
        "INSERT INTO totp (account_id, secret, sealed_by, last_step) VALUES ($1, $2, $3, 0)", account, totp, by
    )
    await deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, client_secret, sealed_by,"
        " created_at) VALUES ($1, $2, 'https://id.example', 'id', 'konbit', $3, $4, now())",
        provider,
        deployment.brc,
        secret,
        by,
    )
    connection = await asyncpg.connect(deployment.urls.auth)
    try:
        with pytest.raises(UnknownKek):
            await seal_anew(connection, sealer=Sealer([NEW]), secrets=OF_AUTH)
        assert await seal_anew(connection, sealer=Sealer([NEW, OLD]), secrets=OF_AUTH) == 3
        assert await seal_anew(connection, sealer=Sealer([NEW, OLD]), secrets=OF_AUTH) == 0
        assert await count_by_kek(connection, secrets=OF_AUTH) == {
            ("oauth_key", NEW.name): 1,
            ("totp", NEW.name): 1,
            ("identity_provider", NEW.name): 1,
        }
        await check_opening(connection, sealer=Sealer([NEW]), secrets=OF_AUTH)
        row = await connection.fetchrow("SELECT secret, sealed_by FROM totp")
        assert row is not None
        assert Sealer([NEW]).open(row["secret"], sealed_by=row["sealed_by"], bound=f"totp:{account}") == b"x" * 20
    finally:
        await connection.close()
    await KeyRing(deployment.engine, Sealer([NEW])).keys(now=deployment.clock.now)


async def test_keys_of_certificates_are_sealed_and_followed_by_another_after_a_year(database: DatabaseURLs) -> None:
    connection = await asyncpg.connect(database.worker)
    try:
        await ensure_issuer_key(connection, sealer=SEALER, now=START)
        first = await signing_key(connection, sealer=SEALER, now=START)
        with pytest.raises(NoIssuerKey, match=OLD.name):
            await signing_key(connection, sealer=Sealer([NEW]), now=START)
        later = START.replace(year=START.year + 1)
        for _ in range(3):
            await ensure_issuer_key(connection, sealer=SEALER, now=later)
        assert await connection.fetchval("SELECT count(*) FROM issuer_key") == 2
        day_after = later.replace(day=later.day + 1)
        second = await signing_key(connection, sealer=SEALER, now=day_after)
        assert first.private_bytes_raw() != second.private_bytes_raw()
        assert await seal_anew(connection, sealer=Sealer([NEW, OLD]), secrets=OF_WORKER) == 2
        again = await signing_key(connection, sealer=Sealer([NEW]), now=day_after)
        assert again.private_bytes_raw() == second.private_bytes_raw()
        await rotate_issuer_keys(connection, sealer=Sealer([NEW]), now=day_after.replace(hour=13), at_once=True)
    finally:
        await connection.close()


async def test_whoever_lost_the_key_goes_on_with_others(deployment: Deployment) -> None:
    """What is withdrawn is never opened again, so it keeps nobody from starting."""
    deployment.clock.advance(seconds=1)
    async with deployment.engine.begin() as connection:
        await rotate_keys(connection, sealer=Sealer([NEW]), now=deployment.clock.now, at_once=True)
    keeper, worker = await asyncpg.connect(deployment.urls.auth), await asyncpg.connect(deployment.urls.worker)
    try:
        await ensure_issuer_key(worker, sealer=SEALER, now=START)
        with pytest.raises(UnknownKek):
            await check_opening(worker, sealer=Sealer([NEW]), secrets=OF_WORKER)
        await rotate_issuer_keys(worker, sealer=Sealer([NEW]), now=START.replace(hour=13), at_once=True)
        await deployment.sql("UPDATE oauth_key SET retires_at = now() WHERE retires_at IS NOT NULL")
        for connection_of, secrets in ((keeper, OF_AUTH), (worker, OF_WORKER)):
            await check_opening(connection_of, sealer=Sealer([NEW]), secrets=secrets)
            assert await seal_anew(connection_of, sealer=Sealer([NEW]), secrets=secrets) == 0
    finally:
        await keeper.close()
        await worker.close()
