"""A device without a keyboard: it shows a code, a person types it elsewhere, and then it may list trainings.

PARTNER_ISSUER=... PARTNER_CLIENT_ID=... python client_examples/python/device.py
PARTNER_ISSUER=... PARTNER_CLIENT_ID=... python client_examples/python/device.py leave

The next start asks nobody: who signed in is kept in konbit-device.json, until they end it on their account's page or
`leave` does. (RFC 8628, RFC 9449)
"""

import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from konbit import SignInFailed, run
from person import Person, person, sent, told

KEPT = Path("konbit-device.json")
SCOPE = "training:read directory:read"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def sign_in(konbit: Person) -> None:
    """This will show a code and wait until a person has typed it. Raises SignInFailed."""
    form = urlencode({"client_id": konbit.client_id, "scope": SCOPE}).encode()
    begun = sent("POST", konbit.server["device_authorization_endpoint"], form)
    if begun.status != 200:
        raise SignInFailed(told(begun))
    print(f"Open {begun.body['verification_uri']} and type {begun.body['user_code']}", flush=True)
    wait = begun.body.get("interval", 5)
    while True:
        time.sleep(wait)
        answer = konbit.redeem(grant_type=GRANT, device_code=begun.body["device_code"])
        if answer.status == 200:
            return
        error = answer.body.get("error")
        if error == "slow_down":
            wait += 5
        elif error != "authorization_pending":
            raise SignInFailed(told(answer))


def show(konbit: Person) -> None:
    """This will print the trainings that the person may see."""
    for training in konbit.ask("trainings")["trainings"]["nodes"]:
        title = training["course"]["title"] if training["course"] else ""
        print(f"{training['code']}  {title}  ({len(training['sessions'])} sessions)")


def main() -> None:
    konbit = person(KEPT)
    if sys.argv[1:] == ["leave"]:
        konbit.leave()
        return
    if not konbit.known:
        sign_in(konbit)
    show(konbit)


if __name__ == "__main__":
    run(main)
