"""What may a page do in a browser? Nothing but what stands here: the headers that each page of ours is sent with."""

from __future__ import annotations

_RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)",
    "vary": "accept-language, cookie",
}
"Addresses of these pages carry handles and links: no cache keeps them, no other site is told of them."


def headers(*, leads_to: str | None = None) -> dict[str, str]:
    """This will be the headers of a page. `leads_to`: where its form may be redirected, as a source of CSP."""
    rules = _RULES | {"form-action": "'self'" if leads_to is None else f"'self' {leads_to}"}
    return {**ALWAYS, "content-security-policy": "; ".join(f"{name} {value}" for name, value in rules.items())}
