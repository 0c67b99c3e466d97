"""What can an operator set? Every `KONBIT_...` variable of the environment, read once, typed, never changed."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from auth.outside import OWN_MACHINE
from jobs.post import PORTS

PREFIX = "KONBIT_"


class WrongSetting(Exception):
    """A setting in the environment is wrong."""


def own_address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class LogLevel(StrEnum):
    """From what severity on the log is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """The settings of one program. Unset and empty mean the default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    host: str = "127.0.0.1"
    """the address to listen on"""
    port: int = Field(default=8000, ge=0, le=65535)
    """the port to listen on; 0 takes any that is free"""
    issuer: str = Field(default_factory=lambda read: own_address(read["host"], read["port"]))
    """the address that clients know this program by; tokens carry it (RFC 8414: https, but for one's own machine)"""
    data: Path = Path(".konbit")
    """the folder of the embedded PostgreSQL and of demo.json"""
    database_url: str | None = Field(default=None, repr=False)
    """an outside PostgreSQL 18: its host, database and the password of the three roles; None runs the embedded one"""
    migration_url: str | None = Field(default=None, repr=False)
    """the same database, as a role that may create roles"""
    pool_size: int = Field(default=8, ge=2, le=100)
    """connections that serve requests"""
    demo: bool = Field(default_factory=lambda read: read["database_url"] is None)
    """fill an empty database with the demo network, and tell its clients' secrets in demo.json"""
    publisher: str | None = None
    """slug of the organisation whose analysts and stewards approve the figures computed here; None computes none"""
    kek: SecretStr | None = None
    """keys that seal the program's keys and secrets: 32 bytes each in base64, separated by commas; the first seals"""
    kek_file: Path | None = None
    """a file of such keys, one on each line; with no kek, kek_file or kek_plugin, the file `kek` of the data folder"""
    kek_plugin: str | None = None
    """module:function that answers a key in a key management service (auth.sealing.KeyEncryptionKey)"""
    origins: Annotated[tuple[str, ...], NoDecode] = ()
    """origins whose pages may call the graph, separated by commas"""
    allow_networks: Annotated[tuple[str, ...], NoDecode] = ()
    """networks that are not public where identity providers and clients' servers may be, such as 10.1.0.0/16"""
    proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """proxies before this program, whose X-Forwarded-For says where a request came from, such as 127.0.0.1"""
    smtp_url: SecretStr | None = None
    """the mail server that letters leave by: smtp://user:password@host:587 (STARTTLS) or smtps://; None sends none"""
    mail_from: str | None = None
    """the address that letters come from"""
    verify_after: int | None = Field(default=None, ge=30, le=3650)
    """days after which whoever gives a service is asked whether its entry is still right; None asks when told to"""
    map_tiles: str | None = None
    """where the map's pictures come from: https://tiles.example.org/{z}/{x}/{y}.png; None draws its own ground"""
    log_level: LogLevel = LogLevel.INFO

    @field_validator("origins", "allow_networks", "proxies", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("allow_networks", "proxies")
    @classmethod
    def are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError(f"{network} is no network, such as 10.1.0.0/16") from None
        return value

    @field_validator("issuer")
    @classmethod
    def is_an_address(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
            raise ValueError("it must be an address such as https://konbit.example.org")
        if address.scheme == "http" and address.hostname not in OWN_MACHINE:
            raise ValueError("it must begin with https:// unless it is this machine's own (set KONBIT_ISSUER)")
        return value.rstrip("/")

    @field_validator("map_tiles")
    @classmethod
    def is_a_tile_server(cls, value: str | None) -> str | None:
        if value is not None:
            address = urlsplit(value)
            if address.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.:\[\]-]+", address.netloc, re.ASCII):
                raise ValueError("it must be an address such as https://tiles.example.org/{z}/{x}/{y}.png")
            if not all(part in value for part in ("{z}", "{x}", "{y}")):
                raise ValueError("it must say where {z}, {x} and {y} stand in it")
        return value

    @field_validator("smtp_url")
    @classmethod
    def is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            address = urlsplit(value.get_secret_value())
            if address.scheme not in PORTS or not address.hostname:
                raise ValueError("it must be an address such as smtp://user:password@mail.example.org:587")
        return value

    @field_validator("database_url", "migration_url")
    @classmethod
    def is_postgresql(cls, value: str | None) -> str | None:
        if value is not None:
            address = urlsplit(value)
            if address.scheme not in {"postgres", "postgresql"} or not address.path.strip("/"):
                raise ValueError("it must be an address such as postgresql://user:password@host:5432/konbit")
        return value

    @model_validator(mode="after")
    def letters_come_from_someone(self) -> Self:
        if self.smtp_url is not None and "@" not in (self.mail_from or ""):
            raise ValueError("KONBIT_MAIL_FROM must be an e-mail address where KONBIT_SMTP_URL is set")
        return self

    @model_validator(mode="after")
    def addresses_agree(self) -> Self:
        if (self.database_url is None) != (self.migration_url is None):
            raise ValueError("KONBIT_DATABASE_URL and KONBIT_MIGRATION_URL must be set together")
        if self.database_url and self.migration_url:
            if urlsplit(self.database_url).path != urlsplit(self.migration_url).path:
                raise ValueError("KONBIT_DATABASE_URL and KONBIT_MIGRATION_URL must name the same database")
            if not urlsplit(self.database_url).password:
                raise ValueError("KONBIT_DATABASE_URL must carry a password: it becomes that of the program's roles")
        return self

    def on_port(self, port: int) -> "Settings":
        """The same settings once the port is known; the issuer follows it unless it was set."""
        issuer = self.issuer if "issuer" in self.model_fields_set else own_address(self.host, port)
        return self.model_copy(update={"port": port, "issuer": issuer})


def read_settings() -> Settings:
    """This will read the environment. Raises WrongSetting, which names every variable that is wrong."""
    wrong = unknown_names(os.environ)
    settings = None
    try:
        settings = Settings()
    except ValidationError as error:
        details = [detail for detail in error.errors() if detail["type"] != "default_factory_not_called"]
        wrong += [complaint(detail) for detail in details]
    if wrong or settings is None:
        raise WrongSetting("; ".join(wrong))
    return settings


def unknown_names(environment: Mapping[str, str]) -> list[str]:
    known = {name.upper() for name in Settings.model_fields}
    wrong = []
    for variable in sorted(environment):
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            wrong.append(f"{variable} is not a setting" + (f" (did you mean {PREFIX}{near[0]}?)" if near else ""))
    return wrong


def complaint(detail: Any) -> str:
    """One line without the value where it may carry a password."""
    said = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        return str(said)
    name = str(detail["loc"][0])
    shown = "" if name.endswith("_url") or name == "kek" else f"={detail['input']}"
    return f"{PREFIX}{name.upper()}{shown}: {said[0].lower()}{said[1:]}"
