"""Static files of the page under a version of their content, so that browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from app.core.errors import NotFound

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def version() -> str:
    """Digest of every static file; relative imports between modules stay inside one version."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.suffix in MEDIA_TYPES):
        digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def modules() -> tuple[str, ...]:
    """Paths of all scripts, for the browser to fetch at once instead of import by import."""
    return tuple(path.relative_to(STATIC).as_posix() for path in sorted(STATIC.rglob("*.js")))


def find(path: str) -> tuple[Path, str]:
    """The file and its media type; only the kinds of file that the page uses can be had."""
    file = (STATIC / path).resolve()
    if not file.is_relative_to(STATIC) or file.suffix not in MEDIA_TYPES or not file.is_file():
        raise NotFound(f"There is no static file {path!r}.")
    return file, MEDIA_TYPES[file.suffix]
