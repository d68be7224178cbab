"""Fonts for documents: FiraGO for Latin, Greek, Cyrillic, Arabic, Hebrew, Thai and Devanagari; for all else, what the
system has.

Chinese, Japanese and Korean need a font of the system, such as Debian's `fonts-noto-cjk`: tens of megabytes that most
installations never use. Without one, their characters are drawn as empty boxes, and the HTML form still shows them.
"""

import tempfile
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular

PLAIN, BOLD = "", "B"
_SYSTEM = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


@lru_cache(maxsize=1)
def own_fonts() -> dict[str, Path]:
    """The files of FiraGO by style; they go with the process."""
    folder = Path(_folder().name)
    files = {PLAIN: folder / "FiraGO-Regular.ttf", BOLD: folder / "FiraGO-Bold.ttf"}
    files[PLAIN].write_bytes(FiraGO_Regular.fontbuffer)
    files[BOLD].write_bytes(FiraGO_Bold.fontbuffer)
    return files


def fallback_for(text: str) -> Path | None:
    """A font of the system for a text with characters that FiraGO lacks; None when it lacks none, or there is none."""
    if {ord(character) for character in text if character.isprintable()} <= _known():
        return None
    return next((path for path in map(Path, _SYSTEM) if path.exists()), None)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    with TTFont(own_fonts()[PLAIN], lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=1)
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="sidenote-fonts-")
