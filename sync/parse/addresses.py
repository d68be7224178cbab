"""Address headers as people and machines really write them (RFC 5322 3.4, RFC 2047, RFC 6532 and worse)."""

import re

from sync.parse.headers import decode_words
from sync.parse.model import Address
from sync.parse.text import clean, one_line

MAX_ADDRESSES = 1_000
MAX_ADDRESS = 320
MAX_NAME = 200

# All lengths are bounded or the classes disjoint, so that a hostile header costs no more than its length.
_BARE = re.compile(r"[^\s<>()\[\]\",;:@\\]{1,256}@[^\s<>()\",;:@\\]{1,256}")
_SIMPLE = re.compile(r'(?: *"([^"\\]*)" *<|([^"<>(),;:@\\=]*)<|\s*)([^\s<>()\[\]",;:@\\]+@[^\s<>()",;:@\\]+)>?\s*')
_ESCAPED = re.compile(r"\\(.)")
_COMMENT = re.compile(r"\(([^()]{0,200})\)")
_SEPARATED = re.compile("[,;:]")
# Quoted string | comment | bracketed address | separator.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.){0,500}"|\([^()]{0,500}\)|<[^<>,;]{0,500}>|[,;:]')


def parse_addresses(header_value: str) -> list[Address]:
    """The addresses of a From, To, Cc, ... header in their order; what holds no address is left out.

    Takes the value encoded (RFC 2047) or already decoded, with groups, unquoted commas in names, missing or
    doubled brackets, comments and folded lines. Never raises. Names come back on one line, addresses lower-cased.
    """
    found: list[Address] = []
    nameless = ""
    for chunk in _split(header_value):
        address = _read_simple(chunk) if not nameless else None
        address = address or _read(chunk, nameless)
        if address is None:
            # "Doe, John <john@x.example>": a piece without an address belongs to the name that follows it.
            nameless = f"{nameless}{chunk},"[-MAX_NAME:] if chunk.strip() else nameless
            continue
        nameless = ""
        found.append(address)
        if len(found) == MAX_ADDRESSES:
            break
    return found


def _split(value: str) -> list[str]:
    """Cut at the commas and semicolons that stand outside quotes, comments and brackets; drop group names."""
    if not _SEPARATED.search(value):
        return [value]
    chunks: list[str] = []
    start = 0
    for token in _TOKEN.finditer(value):
        if token[0] in ",;":
            chunks.append(value[start : token.start()])
            start = token.end()
        elif token[0] == ":" and value.find("@", start, token.start()) < 0:
            start = token.end()
    return [*chunks, value[start:]]


def _read_simple(chunk: str) -> Address | None:
    simple = _SIMPLE.fullmatch(chunk)
    if simple is None or len(chunk) > MAX_ADDRESS:
        return None
    return Address(one_line(simple[1] or simple[2] or "", MAX_NAME), _normal(simple[3]))


def _read(chunk: str, name_before: str) -> Address | None:
    before, bracket, rest = chunk.rpartition("<")
    if bracket and "@" in rest:
        inside, _, after = rest.partition(">")
        bare = _BARE.search(inside) or _BARE.search(rest)
        name = f"{name_before}{before}{after if not before.strip() else ''}"
    else:
        bare = _BARE.search(chunk)
        comment = _COMMENT.search(chunk)
        name = comment[1] if comment else chunk[: bare.start()] if bare else ""
    if bare is None or len(bare[0]) > MAX_ADDRESS:
        return None
    return Address(_name(name), _normal(bare[0]))


def _name(raw: str) -> str:
    stripped = raw.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'":
        stripped = stripped[1:-1]
    return one_line(decode_words(_ESCAPED.sub(r"\1", stripped)).strip(" \t\r\n\"'<>"), MAX_NAME)


def _normal(address: str) -> str:
    return clean(address.strip("'.").lower())
