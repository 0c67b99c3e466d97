"""How does a letter leave? By the operator's mail server, encrypted, unless that is this very machine."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from auth.outside import OWN_MACHINE

if TYPE_CHECKING:
    from datetime import datetime

PORTS = {"smtp": 587, "smtps": 465}
PATIENCE = 20.0
"Seconds that a mail server has for each step."


class NotSent(Exception):
    """The mail server did not take the letter."""


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server, and as whom it is asked."""

    url: str
    "smtp://user:password@host:587 (with STARTTLS) or smtps://…:465; see api/settings.py."
    sender: str
    "The address that letters come from."

    async def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
        """This will hand one letter to the mail server. Raises NotSent, which says why and names nobody."""
        # Imported at the first letter: the program starts without it.
        import aiosmtplib

        try:
            message = self._letter(to, subject, text, now=now)
        except (ValueError, IndexError) as failure:
            raise NotSent(type(failure).__name__) from failure
        address = urlsplit(self.url)
        at_home = address.hostname in OWN_MACHINE
        try:
            await aiosmtplib.send(
                message,
                hostname=address.hostname,
                port=address.port or PORTS[address.scheme],
                username=unquote(address.username) if address.username else None,
                password=unquote(address.password) if address.password else None,
                use_tls=address.scheme == "smtps",
                start_tls=address.scheme == "smtp" and not at_home,
                timeout=PATIENCE,
            )
        except aiosmtplib.SMTPResponseException as refused:
            raise NotSent(f"the mail server answered {refused.code}") from refused
        except (aiosmtplib.SMTPException, OSError, ValueError) as failure:
            raise NotSent(type(failure).__name__) from failure

    def _letter(self, to: str, subject: str, text: str, *, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message
