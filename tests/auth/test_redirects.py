"""Where people may be sent back to: what can be registered, and that nothing but the same text is the same."""

import pytest

from auth.redirects import UnfitRedirect, check_endpoint, check_redirect, permits, with_query

FIT = [
    "https://app.example/back",
    "https://app.example",
    "https://app.example:8443/back?from=konbit",
    "https://app.example/a/b/",
    "http://127.0.0.1/back",
    "http://127.0.0.1:49152/back",
    "http://[::1]:49152/back",
    "http://localhost:3000/back",
    "org.example.app:/oauth2redirect",
]
UNFIT = {
    "http": "http://app.example/back",
    "a fragment": "https://app.example/back#here",
    "an empty fragment": "https://app.example/back#",
    "a user name": "https://app.example@evil.example/back",
    "a user name on loopback": "http://127.0.0.1@evil.example/back",
    "a user name in percent": "https://app.example%40evil.example/back",
    "a wildcard": "https://*.app.example/back",
    "a wildcard path": "https://app.example/*",
    "dot segments": "https://app.example/back/../admin",
    "dot segments in percent": "https://app.example/back/%2e%2e/admin",
    "dot segments in percent twice": "https://app.example/back/%252e%252e/admin",
    "a single dot": "https://app.example/./back",
    "a backslash": "https://app.example\\@evil.example/back",
    "a backslash in percent": "https://app.example/%5cevil.example",
    "an empty segment": "https://app.example//evil.example",
    "a name that only begins like loopback": "http://127.0.0.1.evil.example/back",
    "loopback's other numbers": "http://127.1/back",
    "port 0": "https://app.example:0/back",
    "a port too high": "http://127.0.0.1:70000/back",
    "no host": "https:///back",
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,x",
    "a scheme without a dot": "myapp:/back",
    "an app's scheme with an authority": "org.example.app://back",
    "capitals in the host": "https://App.example/back",
    "capitals in the scheme": "HTTPS://app.example/back",
    "a space": "https://app.example/ba ck",
    "a line break": "https://app.example/back\r\nSet-Cookie: a=b",
    "other letters": "https://аpp.example/back",
    "501 characters": "https://app.example/" + "a" * 481,
    "nothing": "",
}


@pytest.mark.parametrize("address", FIT)
def test_an_address_that_can_be_registered(address: str) -> None:
    assert check_redirect(address) == address


@pytest.mark.parametrize("kind", UNFIT)
def test_an_address_that_cannot_be_registered(kind: str) -> None:
    with pytest.raises(UnfitRedirect):
        check_redirect(UNFIT[kind])


def test_an_apps_scheme_is_nothing_that_a_server_can_ask() -> None:
    assert check_endpoint("https://app.example/keys") == "https://app.example/keys"
    with pytest.raises(UnfitRedirect):
        check_endpoint("org.example.app:/keys")


REGISTERED = ["https://app.example/back", "http://127.0.0.1:8000/back", "http://[::1]/back", "org.example.app:/back"]
SAME = [*REGISTERED, "http://127.0.0.1/back", "http://127.0.0.1:1/back", "http://[::1]:65535/back"]
OTHER = {
    "a user name": "https://app.example@evil.example/back",
    "a suffix of the host": "https://app.example.evil.example/back",
    "a prefix of the host": "https://my-app.example/back",
    "a suffix of the path": "https://app.example/back/more",
    "a suffix of the word": "https://app.example/backwards",
    "climbing": "https://app.example/back/../back",
    "climbing in percent": "https://app.example/%2e%2e/back",
    "another port": "https://app.example:8443/back",
    "the port that https has anyway": "https://app.example:443/back",
    "http": "http://app.example/back",
    "capitals": "https://app.example/Back",
    "capitals in the host": "https://APP.example/back",
    "a slash at the end": "https://app.example/back/",
    "a query": "https://app.example/back?x=y",
    "a question mark": "https://app.example/back?",
    "a fragment": "https://app.example/back#x",
    "a letter in percent": "https://app.example/%62ack",
    "a space": "https://app.example/back ",
    "two slashes": "https://app.example//back",
    "loopback by name": "http://localhost:8000/back",
    "loopback's other numbers": "http://127.0.0.2:8000/back",
    "loopback and another path": "http://127.0.0.1:8000/other",
    "loopback by https": "https://127.0.0.1:8000/back",
    "loopback with a user name": "http://x@127.0.0.1:8000/back",
    "loopback as a user name": "http://127.0.0.1:8000@evil.example/back",
    "loopback and a port too high": "http://127.0.0.1:65536/back",
    "loopback and a port with a nought": "http://127.0.0.1:08000/back",
    "an app's scheme and more": "org.example.app:/back/more",
    "another app's scheme": "org.example.app2:/back",
    "nothing": "",
}


@pytest.mark.parametrize("asked", SAME)
def test_the_same_address_is_permitted_and_on_loopback_any_port(asked: str) -> None:
    assert permits(REGISTERED, asked)


@pytest.mark.parametrize("kind", OTHER)
def test_another_address_is_not(kind: str) -> None:
    assert not permits(REGISTERED, OTHER[kind])


def test_an_answer_is_added_to_what_the_address_asks_already() -> None:
    answer = {"code": "a b&c", "state": None, "iss": "https://konbit.example"}
    told = "code=a%20b%26c&iss=https%3A%2F%2Fkonbit.example"
    assert with_query("https://app.example/back", answer) == f"https://app.example/back?{told}"
    assert with_query("https://app.example/back?x=y", answer) == f"https://app.example/back?x=y&{told}"
