"""What does a code look like that a telephone reads? A QR code as SVG, without a style: the policy allows none."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup


def qr(text: str) -> Markup:
    """This will be the text as a QR code, to stand inside a page."""
    # Imported at the first code: the program starts without them.
    import segno
    from markupsafe import Markup

    written = BytesIO()
    segno.make(text, error="m", micro=False).save(
        written, kind="svg", xmldecl=False, svgns=True, svgclass=None, lineclass="modules", omitsize=True, border=4
    )
    return Markup(written.getvalue().decode())  # noqa: S704 - drawn by segno: shapes, none of the text
