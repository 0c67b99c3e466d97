"""Letters that ask whether an entry is still right: when they leave, what they carry, and what if they do not."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.database import DatabaseURLs
from auth import opaque
from jobs.post import NotSent, Post
from jobs.verification import ask_due, send_due

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGES = "https://konbit.example"
LINK = re.compile(r"https://konbit\.example/verify/(\S{43})\n")


@dataclass
class MailServer:
    """A real one on this machine, which keeps what it takes; or takes nothing, where it is told to."""

    letters: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 Taken"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(message_from_bytes(envelope.content, EmailMessage, policy=policy.default))
        return self.answer


@dataclass
class Office:
    """A worker with a mail server, and a service to ask about."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    server: MailServer
    post: Post
    owner: UUID

    async def service(self, **values: Any) -> UUID:
        return await self.connection.fetchval(
            "INSERT INTO service (organization_id, names, category, source, visibility, email, created_at, verified_at)"
            " VALUES ($1, $2, 'HEALTH', 'x', $3, $4, $5, $6) RETURNING id",
            self.owner,
            '{"fr": "Dispensaire"}',
            values.get("visibility", "NETWORK"),
            values.get("email"),
            values.get("created_at", NOW),
            values.get("verified_at"),
        )

    async def ask(self, service_id: UUID, **values: Any) -> UUID:
        return await self.connection.fetchval(
            "INSERT INTO verification_request (service_id, organization_id, email, language, asked_at, next_try_at)"
            " VALUES ($1, $2, $3, $4, $5, $5) RETURNING id",
            service_id,
            self.owner,
            values.get("email", "accueil@dispensaire.example"),
            values.get("language", "fr"),
            NOW,
        )

    async def request(self, request_id: UUID) -> dict[str, Any]:
        return dict(await self.connection.fetchrow("SELECT * FROM verification_request WHERE id = $1", request_id))

    async def send(self, *, after: timedelta = timedelta()) -> int:
        return await send_due(self.connection, post=self.post, pages=PAGES, now=NOW + after)


@pytest.fixture
async def office(database: DatabaseURLs) -> AsyncIterator[Office]:
    server = MailServer()
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(server), "127.0.0.1", 0)
    connection = await asyncpg.connect(database.migration)
    owner = await connection.fetchval(
        "INSERT INTO organization (slug, names, kind) VALUES ($1, $2, 'NGO') RETURNING id",
        f"o-{uuid4()}",
        '{"fr": "Centre"}',
    )
    port = listening.sockets[0].getsockname()[1]
    yield Office(connection, server, Post(f"smtp://127.0.0.1:{port}", "konbit@reseau.example"), owner)
    await connection.close()
    listening.close()


async def test_a_letter_carries_a_link_whose_hash_alone_is_kept(office: Office) -> None:
    request_id = await office.ask(await office.service(), language="ht")

    assert await office.send() == 1

    (letter,) = office.server.letters
    link = LINK.search(letter.get_content().replace("\r\n", "\n"))
    assert link
    assert (letter["to"], letter["from"]) == ("accueil@dispensaire.example", "konbit@reseau.example")
    assert letter["subject"] == "« Dispensaire »: èske l toujou bon?"
    request = await office.request(request_id)
    assert (request["token_hash"], request["sent_at"]) == (opaque.hash_of(link[1]), NOW)
    assert link[1].encode() not in request["token_hash"]


async def test_one_reminder_follows_and_then_the_request_ends(office: Office) -> None:
    request_id = await office.ask(await office.service())

    sent = [await office.send(after=timedelta(days=days)) for days in (0, 1, 13, 14, 15, 43, 44, 45)]

    assert sent == [1, 0, 0, 1, 0, 0, 0, 0]
    assert len({LINK.search(each.get_content().replace("\r\n", "\n"))[1] for each in office.server.letters}) == 2
    assert (await office.request(request_id))["ended_at"] == NOW + timedelta(days=44)


async def test_a_letter_that_is_not_taken_is_sent_again_later(office: Office) -> None:
    request_id = await office.ask(await office.service())
    office.server.answer = "451 Come back later, accueil@dispensaire.example"

    assert await office.send() == 0

    request = await office.request(request_id)
    assert (request["failure"], request["token_hash"]) == ("the mail server answered 451", None)
    assert request["next_try_at"] == NOW + timedelta(minutes=5)
    office.server.answer = "250 Taken"
    assert [await office.send(after=timedelta(minutes=each)) for each in (4, 5)] == [0, 1]
    assert (await office.request(request_id))["failure"] is None


async def test_a_mail_server_that_is_not_there_is_no_fault(office: Office) -> None:
    with pytest.raises(NotSent):
        await Post("smtp://127.0.0.1:1", "konbit@reseau.example").send("a@b.example", "s", "t", now=NOW)


async def test_a_letter_that_cannot_be_written_keeps_no_other_waiting(office: Office) -> None:
    unfit = await office.ask(await office.service(), email="a@b.example\nBcc: c@d.example")
    await office.ask(await office.service())

    assert await office.send() == 1

    assert (await office.request(unfit))["failure"] == "ValueError"


async def test_what_turned_hidden_is_not_written_about(office: Office) -> None:
    request_id = await office.ask(await office.service(visibility="ORGANIZATION"))

    assert await office.send() == 0

    assert (await office.request(request_id))["ended_at"] == NOW


async def test_who_is_asked_by_itself(office: Office) -> None:
    long_ago = NOW - timedelta(days=400)
    due = await office.service(email="due@x.example", created_at=long_ago)
    await office.service(email="checked@x.example", created_at=long_ago, verified_at=NOW - timedelta(days=10))
    await office.service(email="new@x.example")
    await office.service(created_at=long_ago)
    await office.service(email="one@x.example, other@y.example", created_at=long_ago)
    await office.service(email="one@x.example\nBcc: other@y.example", created_at=long_ago)
    await office.service(email="hidden@x.example", created_at=long_ago, visibility="ORGANIZATION")

    asked = [await ask_due(office.connection, now=NOW, after=timedelta(days=180)) for _ in range(2)]

    assert asked == [1, 0]
    assert await office.connection.fetchval("SELECT service_id FROM verification_request") == due
