"""Our own reader of QR codes, against codes that another program made."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import BrowserType, Page

from tests.web.conftest import Konbit, opened, page_of

MATRICES = """async (codes) => {
  const { textOf } = await import("/attendance/qr/symbol.js");
  return codes.map(([version, rows]) => textOf((x, y) => Number(rows[y][x]), version));
}"""
PICTURES = """async ([print, views]) => {
  const { readCode } = await import("/attendance/qr/read.js");
  const image = new Image();
  image.src = `data:image/png;base64,${print}`;
  await image.decode();
  let seed = 7;
  const chance = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647 - 0.5; };
  return views.map(([degrees, size, skew, noise]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const drawing = canvas.getContext("2d");
    const shade = drawing.createLinearGradient(0, 0, 640, 480);
    shade.addColorStop(0, "#fff");
    shade.addColorStop(1, "#888");
    drawing.fillStyle = shade;
    drawing.fillRect(0, 0, 640, 480);
    drawing.globalCompositeOperation = "multiply";
    drawing.translate(320, 240);
    drawing.transform(1, skew, 0, 1, 0, 0);
    drawing.rotate(degrees * Math.PI / 180);
    drawing.drawImage(image, -size / 2, -size / 2, size, size);
    const seen = drawing.getImageData(0, 0, 640, 480);
    seen.data.forEach((_, at) => { if (at % 4 < 3) seen.data[at] += chance() * noise; });
    return readCode(seen);
  });
}"""
TEXT = "K1-Zx81_abcdefghijklmnopqrstuvwxyzABCDEF012"


@pytest.fixture(scope="module")
def page(browsers: BrowserType, konbit: Konbit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with opened(browsers, tmp_path_factory.mktemp("profile"), bypass_csp=True) as context:
        page = page_of(context)
        page.goto(f"{konbit.address}/attendance/")
        yield page


def code(text: str, **options: Any) -> tuple[str, int, list[str]]:
    """A text, the version that holds it and the rows of its modules."""
    made = segno.make_qr(text, boost_error=False, **options)
    return text, int(made.version), ["".join("1" if dark else "0" for dark in row) for row in made.matrix]


def test_each_version_level_mask_and_mode_is_read(page: Page) -> None:
    codes = [code(f"v{version}", version=version, error=level) for version in range(1, 21) for level in "LMQH"]
    codes += [code("0123456789" * length, error="m") for length in (1, 3, 9)]
    codes += [code("KONBIT-2026 $%*+./:" * length, error="q") for length in (1, 4, 8)]
    codes += [code("Belladère · Ouanaminthe é", error="m", encoding="utf-8"), code(TEXT * 8, error="h")]
    codes += [code(TEXT, mask=mask) for mask in range(8)]
    read = page.evaluate(MATRICES, [[version, rows] for _, version, rows in codes])
    assert read == [text for text, _, _ in codes]


@pytest.mark.parametrize("level", "LMQH")
def test_damage_up_to_what_the_level_promises_is_put_right_and_more_is_never_misread(page: Page, level: str) -> None:
    """A square of modules is turned over, larger and larger, where only data stands."""
    text, version, rows = code(TEXT, error=level, version=7)
    size, read = len(rows), []
    damaged = []
    for side in range(0, 17, 2):
        spoilt = [
            "".join(
                str(1 - int(dark)) if 24 <= x < 24 + side and 10 <= y < 10 + side else dark
                for x, dark in enumerate(row)
            )
            for y, row in enumerate(rows)
        ]
        assert len(spoilt) == size
        damaged.append([version, spoilt])
    read = page.evaluate(MATRICES, damaged)
    promised = {"L": 2, "M": 4, "Q": 6, "H": 8}[level]
    assert read[: promised // 2 + 1] == [text] * (promised // 2 + 1)
    assert set(read) <= {text, None}


def test_prints_are_read_askew_turned_small_and_in_shade(page: Page) -> None:
    print_ = io.BytesIO()
    segno.make_qr(TEXT, error="m").save(print_, kind="png", scale=8, border=4)
    views = list(product(range(0, 360, 15), (130, 220, 400), (0, 0.15, 0.3), (0, 40)))
    read = page.evaluate(PICTURES, [base64.b64encode(print_.getvalue()).decode(), views])
    assert set(read) <= {TEXT, None}
    missed = [view for view, text in zip(views, read, strict=True) if text is None]
    assert len(missed) <= math.floor(len(views) * 0.02), missed


def test_where_there_is_no_code_none_is_read(page: Page, tmp_path: Path) -> None:
    blank = io.BytesIO()
    segno.make_micro("12345", version="M3").save(blank, kind="png", scale=8, border=4)
    assert page.evaluate(
        PICTURES, [base64.b64encode(blank.getvalue()).decode(), [(0, 200, 0, 0), (30, 300, 0, 60)]]
    ) == [None, None]
