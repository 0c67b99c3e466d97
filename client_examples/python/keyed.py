"""A server with a key of its own: it signs for each token (private_key_jwt, RFC 7523), and no secret is anywhere.

python client_examples/python/keyed.py make                            makes konbit-key.pem, prints what to register
PARTNER_ISSUER=... PARTNER_CLIENT_ID=... python client_examples/python/keyed.py      who we are, as the graph sees it
"""

import json
import os
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from konbit import SignInFailed, run
from person import sent, told
from possession import Key

KEPT = Path("konbit-key.pem")
KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
WHO = {"query": "{ viewer { organization { name } scopes } }"}
KID = "1"
"""Count on when you make another: register both, then sign with the new one, then take the old one away."""


def make() -> None:
    """This will make a key that only we can read, and print the JWK set of its public half."""
    key = Key()
    with os.fdopen(os.open(KEPT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.pem())
    print(json.dumps({"keys": [{**key.public(), "kid": KID, "use": "sig", "alg": "ES256"}]}))


def token(issuer: str, client_id: str) -> str:
    """This will sign who we are, and get a token for it. Raises SignInFailed."""
    server = sent("GET", f"{issuer}/.well-known/oauth-authorization-server").body
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "iat": now, "exp": now + 60}
    assertion = Key(KEPT.read_text()).signed({"kid": KID}, {**claims, "jti": secrets.token_urlsafe(16)})
    form = {"grant_type": "client_credentials", "client_assertion_type": KIND, "client_assertion": assertion}
    answer = sent("POST", server["token_endpoint"], urlencode(form).encode())
    if answer.status != 200:
        raise SignInFailed(told(answer))
    return str(answer.body["access_token"])


def main() -> None:
    if sys.argv[1:] == ["make"]:
        make()
        return
    issuer = os.environ["PARTNER_ISSUER"].rstrip("/")
    headers = {
        "Authorization": f"Bearer {token(issuer, os.environ['PARTNER_CLIENT_ID'])}",
        "Content-Type": "application/json",
        "Accept": "application/graphql-response+json",
    }
    print(json.dumps(sent("POST", f"{issuer}/graphql", json.dumps(WHO).encode(), headers).body["data"]["viewer"]))


if __name__ == "__main__":
    run(main)
