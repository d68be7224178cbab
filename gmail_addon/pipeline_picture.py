"""My pipeline as a picture: a bar for each stage, with how many deals stand there and what they are worth."""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.core.text import one_line
from app.records.quotes.fonts import BOLD, PLAIN, fallback_for, own_fonts
from gmail_addon.pipeline import Bar, bar_words
from gmail_addon.wording import t

WIDTH, ROW, EDGE, GAP = 720, 92, 32, 30
"""Pixels, twice as many as the sidebar is wide: screens are finer than they say."""
MOST_BARS = 12
PAPER, INK, QUIET, TRACK, FILL = "#eff5f4", "#1f2a28", "#51605c", "#d3e2df", "#0b6b5d"
TEXT, BAR = 26, 22
NAME_SHARE = 0.5


def draw_pipeline(bars: Sequence[Bar], *, currency: str) -> bytes:
    """A PNG of the first MOST_BARS stages; on paper of its own, so that it reads on a light and on a dark card."""
    shown = bars[:MOST_BARS]
    picture = Image.new("RGB", (WIDTH, 2 * EDGE + ROW * len(shown) - GAP), PAPER)
    pen = ImageDraw.Draw(picture)
    longest = max((_length(bar) for bar in shown), default=0)
    for index, bar in enumerate(shown):
        _draw_bar(pen, bar, top=EDGE + index * ROW, share=_length(bar) / longest if longest else 0, currency=currency)
    made = BytesIO()
    picture.quantize(32).save(made, "PNG", optimize=True)
    return made.getvalue()


def _draw_bar(pen: ImageDraw.ImageDraw, bar: Bar, *, top: int, share: float, currency: str) -> None:
    left, right = EDGE, WIDTH - EDGE
    said = bar_words(bar, currency=currency)
    number = _font(said, BOLD)
    name = _cut(pen, one_line(t(bar.stage)), room=int((right - left) * NAME_SHARE))
    line = top + TEXT
    pen.text((left, line), name, INK, _font(name, PLAIN), anchor="ls")
    pen.text((right, line), said, INK if bar.count else QUIET, number, anchor="rs")
    low = top + ROW - GAP - BAR
    pen.rounded_rectangle((left, low, right, low + BAR), BAR // 2, TRACK)
    if share:
        end = left + max(BAR, round((right - left) * share))
        pen.rounded_rectangle((left, low, end, low + BAR), BAR // 2, FILL)


def _length(bar: Bar) -> int:
    """By value; by number of deals for those who may not know it."""
    return bar.count if bar.value is None else bar.value


def _cut(pen: ImageDraw.ImageDraw, name: str, *, room: int) -> str:
    """As much of a name as fits."""
    font, kept = _font(name, PLAIN), name
    while kept and pen.textlength(kept + "…" if kept != name else kept, font) > room:
        kept = kept[:-1]
    return kept if kept == name else f"{kept.rstrip()}…"


def _font(text: str, style: str) -> ImageFont.FreeTypeFont:
    return _loaded(fallback_for(text) or own_fonts()[style])


@lru_cache(maxsize=8)
def _loaded(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, TEXT)
