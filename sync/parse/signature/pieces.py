"""Lines of a signature in the pieces that bars, bullets, stars, tabs and wide spaces set apart."""

import re
from collections.abc import Iterable

from sync.parse.signature.marks import EMAIL, EXTENSION, PHONE_LABEL, URL

_BETWEEN = re.compile(r"\s*[|•·¦]\s*|\t+|\s{3,}|\s+[*+]+\s+|\s[-–—]+\s|^\s*[-–—*/+]+\s*")
_DRAWN = " \t,;*_-–—=<>|+•/:"


def pieces_of(line: str) -> list[str]:
    return [piece for found in _BETWEEN.split(line) if (piece := found.strip(" \t"))]


def wordings(lines: Iterable[str]) -> list[str]:
    """The pieces that say something other than an address, a link, an extension or a label."""
    found = []
    for line in lines:
        for piece in pieces_of(URL.sub("\t", EMAIL.sub("\t", line))):
            text = EXTENSION.sub("", piece).strip(_DRAWN).rstrip(" ,")
            if text and not PHONE_LABEL.fullmatch(text.strip(".")):
                found.append(text)
    return found
