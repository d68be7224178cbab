"""The lines of a vCard file: unfolded, decoded, taken apart."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.transfer.reading.source import MAX_CELL

MAX_PROPERTY = MAX_CELL * 8
"""Bytes of a property that are kept; pictures and sounds are longer and are not looked at."""
_PROPERTY = re.compile(rb'(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';(?:([\w-]+)=)?((?:"[^"]*"|[^";])*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """`EMAIL;TYPE=work,pref:a@b.c`: its name and types in capitals, and its value as it is written."""

    name: str
    types: frozenset[str]
    value: str

    @property
    def is_preferred(self) -> bool:
        return "PREF" in self.types

    def text(self) -> str:
        return _plain(self.value)

    def parts(self, separator: str = ";") -> list[str]:
        """The value's parts, which a separator without a backslash before it sets apart."""
        return [_plain(part) for part in re.split(rf"(?<!\\){separator}", self.value)]


def properties(path: Path, encoding: str) -> Iterator[Property]:
    """The file's properties in order. Text is UTF-8 where it can be (RFC 6350 3.1), else in the file's encoding."""
    for line in _unfolded(path, encoding):
        if found := _PROPERTY.fullmatch(line.strip()):
            yield _property(found[1], found[2], found[3], encoding)


def _unfolded(path: Path, encoding: str) -> Iterator[bytes]:
    """Whole lines: one that begins with white space goes on with the one before (RFC 6350 3.2).

    Lines are folded between bytes, not characters, so nothing is decoded yet. Quoted-printable has line ends of its
    own: an equals sign at the end (RFC 2045 6.7).
    """
    whole = b""
    for line in _lines(path, encoding):
        line = line.rstrip(b"\r\n")
        soft = whole.endswith(b"=") and b"QUOTED-PRINTABLE" in whole.partition(b":")[0].upper()
        if soft:
            whole = _bounded(whole[:-1], line)
        elif line[:1] in (b" ", b"\t") and whole:
            whole = _bounded(whole, line[1:])
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def _lines(path: Path, encoding: str) -> Iterator[bytes]:
    if encoding.startswith(("utf-16", "utf-32")):
        with path.open(encoding=encoding) as file:
            for line in file:
                yield line.encode()
        return
    with path.open("rb") as packed:
        for number, packed_line in enumerate(packed):
            first = packed_line.removeprefix(b"\xef\xbb\xbf") if not number else packed_line
            yield from first.replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines()


def _bounded(whole: bytes, more: bytes) -> bytes:
    return whole + more if len(whole) < MAX_PROPERTY else whole


def _property(name: bytes, parameters: bytes, value: bytes, encoding: str) -> Property:
    types: set[str] = set()
    charset = ""
    for key, given in _PARAMETER.findall(_decoded(parameters, encoding)):
        words = [word.strip('" ').upper() for word in given.split(",")]
        match key.upper():
            case "" | "TYPE" | "ENCODING":
                types.update(word for text in words for word in text.split(","))
            case "PREF":
                types.add("PREF")
            case "CHARSET":
                charset = given.strip('" ')
    if "QUOTED-PRINTABLE" in types:
        value = quopri.decodestring(value)
    return Property(name.decode("ascii", "replace").upper(), frozenset(types), _decoded(value, charset or encoding))


def _decoded(value: bytes, encoding: str) -> str:
    for charset in ("utf-8", encoding):
        try:
            return value.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return value.decode("cp1252", "replace")


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).replace("\0", "").strip()
