"""What a camera sees in a test: QR codes held before it one after the other, as a film that Chromium plays for one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import segno

WIDTH, HEIGHT, RATE = 480, 360, 10
PAPER, INK, TABLE, NEUTRAL = 225, 30, 150, 128
"Brightness: of a print, of its ink, of what it lies on; and no colour."


def film_of(texts: Sequence[str], path: Path, *, frames: int = 12) -> list[str]:
    """This will write a film (YUV4MPEG2) of these codes and give the arguments that make it Chromium's camera."""
    colour = bytes([NEUTRAL]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for text in texts:
            for picture, number in ((still(text), frames), (bytes([TABLE]) * (WIDTH * HEIGHT), 4)):
                for _ in range(number):
                    film.write(b"FRAME\n" + picture + colour)
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]


def still(text: str) -> bytes:
    """A print of a code on a table, in shades of grey."""
    modules = [[bool(dark) for dark in row] for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    scale = (HEIGHT - 40) // len(modules)
    side = scale * len(modules)
    left, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
    rows = []
    for y in range(HEIGHT):
        if not top <= y < top + side:
            rows.append(bytes([TABLE]) * WIDTH)
            continue
        line = b"".join(bytes([INK if dark else PAPER]) * scale for dark in modules[(y - top) // scale])
        rows.append(bytes([TABLE]) * left + line + bytes([TABLE]) * (WIDTH - left - side))
    return b"".join(rows)
