"""Settings come from the environment, typed; what is wrong is named in one line, without a password."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import LogLevel, Settings, WrongSetting, read_settings

DATABASE = "postgresql://who:s3cret@db.example.org:5432/konbit"
MIGRATION = "postgresql://boss:s3cret@db.example.org/konbit"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KONBIT_{name.upper()}", raising=False)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> "Reader":
    return Reader(monkeypatch)


class Reader:
    """Reads the settings from an environment that holds these and no others."""

    def __init__(self, environment: pytest.MonkeyPatch) -> None:
        self.environment = environment

    def __call__(self, **values: str) -> Settings:
        for name, value in values.items():
            self.environment.setenv(f"KONBIT_{name}", value)
        return read_settings()


def test_an_empty_environment_is_this_machine_with_its_own_database(read: Reader) -> None:
    assert read() == Settings(
        host="127.0.0.1",
        port=8000,
        issuer="http://127.0.0.1:8000",
        data=Path(".konbit"),
        database_url=None,
        migration_url=None,
        pool_size=8,
        demo=True,
        origins=(),
        log_level=LogLevel.INFO,
    )


def test_an_outside_database_has_no_demo_unless_asked(read: Reader) -> None:
    assert read(DATABASE_URL=DATABASE, MIGRATION_URL=MIGRATION).demo is False
    assert read(DATABASE_URL=DATABASE, MIGRATION_URL=MIGRATION, DEMO="true").demo is True


def test_they_cannot_be_changed(read: Reader) -> None:
    with pytest.raises(ValidationError):
        read().port = 1


def test_the_issuer_follows_the_port_unless_it_was_set(read: Reader) -> None:
    assert read(PORT="0").on_port(4567).issuer == "http://127.0.0.1:4567"
    assert read(PORT="0", ISSUER="https://konbit.example.org/").on_port(4567).issuer == "https://konbit.example.org"
    assert read(HOST="::1", ISSUER="").issuer == "http://[::1]:0"


def test_empty_is_unset(read: Reader) -> None:
    assert read(PORT="", DATABASE_URL="").port == 8000


def test_origins_are_separated_by_commas(read: Reader) -> None:
    assert read(ORIGINS="https://a.example, https://b.example,").origins == ("https://a.example", "https://b.example")


def test_passwords_are_not_shown(read: Reader) -> None:
    assert "s3cret" not in repr(read(DATABASE_URL=DATABASE, MIGRATION_URL=MIGRATION, KEK="s3cret"))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"PROT": "1"}, "KONBIT_PROT is not a setting (did you mean KONBIT_PORT?)"),
        ({"XYZZY": "1"}, "KONBIT_XYZZY is not a setting"),
        ({"PORT": "70000"}, "KONBIT_PORT=70000: input should be less than or equal to 65535"),
        (
            {"PORT": "http"},
            "KONBIT_PORT=http: input should be a valid integer, unable to parse string as an integer",
        ),
        ({"DEMO": "perhaps"}, "KONBIT_DEMO=perhaps: input should be a valid boolean, unable to interpret input"),
        (
            {"LOG_LEVEL": "loud", "POOL_SIZE": "1"},
            (
                "KONBIT_POOL_SIZE=1: input should be greater than or equal to 2; "
                "KONBIT_LOG_LEVEL=loud: input should be 'debug', 'info', 'warning' or 'error'"
            ),
        ),
        (
            {"HOST": "0.0.0.0"},
            (
                "KONBIT_ISSUER=http://0.0.0.0:8000: it must begin with https:// unless it is this machine's own "
                "(set KONBIT_ISSUER)"
            ),
        ),
        (
            {"ISSUER": "konbit.example.org"},
            "KONBIT_ISSUER=konbit.example.org: it must be an address such as https://konbit.example.org",
        ),
        (
            {"ALLOW_NETWORKS": "10.1.0.0/16, here"},
            "KONBIT_ALLOW_NETWORKS=10.1.0.0/16, here: here is no network, such as 10.1.0.0/16",
        ),
        ({"PROXIES": "nginx"}, "KONBIT_PROXIES=nginx: nginx is no network, such as 10.1.0.0/16"),
        ({"DATABASE_URL": DATABASE}, "KONBIT_DATABASE_URL and KONBIT_MIGRATION_URL must be set together"),
        (
            {"DATABASE_URL": DATABASE, "MIGRATION_URL": f"{MIGRATION}_2"},
            "KONBIT_DATABASE_URL and KONBIT_MIGRATION_URL must name the same database",
        ),
        (
            {"DATABASE_URL": MIGRATION.replace(":s3cret", ""), "MIGRATION_URL": MIGRATION},
            "KONBIT_DATABASE_URL must carry a password: it becomes that of the program's roles",
        ),
        (
            {"DATABASE_URL": "mysql://who:s3cret@db/konbit", "MIGRATION_URL": MIGRATION},
            "KONBIT_DATABASE_URL: it must be an address such as postgresql://user:password@host:5432/konbit",
        ),
    ],
)
def test_what_is_wrong_is_one_line(read: Reader, values: dict[str, str], line: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(**values)
    assert str(refused.value) == line
