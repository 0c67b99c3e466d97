"""Requests to the authorization server, as its edge would hand them on."""

import base64

from auth.proofs import Post
from tests.auth.deployment import Process


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


async def issue(process: Process, secret: str, *, client_id: str = "brc", **form: str) -> str:
    """This will ask for a token by client credentials, and insist on one."""
    post = Post("192.0.2.1", basic(client_id, secret), {"grant_type": "client_credentials"} | form)
    answer = await process.server.token(post, now=process.clock.now)
    assert answer.status == 200, answer
    return str(answer.body["access_token"])
