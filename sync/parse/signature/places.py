"""Where someone is found: their sites, and their office by post."""

import re
from collections.abc import Sequence

from sync.parse.signature.marks import EMAIL, POSTAL, STREET, URL
from sync.parse.signature.pieces import pieces_of
from sync.parse.signature.sender import WORDS

_MOST_LABEL_WORDS, _MOST_WORDS_BESIDE = 2, 6
_JOINING = frozenset({"", "and", "or", "web", "www", "url", "website"})
_PAGE = re.compile(r"\?|(?://)?[^/]+(?:/[^/]+){3}|\.(?:s?html?|php|pdf)$", re.IGNORECASE)
"""Links to something to read: deep in a site, or with a query. People name the site or their own place in it."""
_KEY_SERVER = re.compile(r"\bpgp\b|\bpks\b|\bgpg\b|keyserver", re.IGNORECASE)


def links_in(lines: Sequence[str]) -> list[str]:
    """Links that stand alone in their piece but for a label: those within or beside sayings lead elsewhere."""
    found = [
        link.group().rstrip(".)/*")
        for line in lines
        if len(WORDS.findall(URL.sub("", EMAIL.sub("", line)))) <= _MOST_WORDS_BESIDE
        for piece in pieces_of(line)
        for link in URL.finditer(piece)
        if _is_label(piece[: link.start()]) and not _goes_on(piece[link.end() :])
        if not _KEY_SERVER.search(link.group()) and not _PAGE.search(link.group())
    ]
    return list(dict.fromkeys(found))


def address_in(lines: Sequence[str]) -> str:
    """The lines of a postal address: those with the postal code or street, without phone numbers beside it."""
    heads = [pieces[0].strip(" ,") for line in lines if (pieces := pieces_of(line))]
    return ", ".join(
        dict.fromkeys(
            head
            for head in heads
            if (POSTAL.search(head) or STREET.search(head)) and not URL.search(head) and not EMAIL.search(head)
        )
    )


def _goes_on(text: str) -> bool:
    """Whether a sentence goes on behind a link: with more than a label of its own, or other links."""
    return len(WORDS.findall(URL.sub("", EMAIL.sub("", text)))) > 1 and not text.lstrip().startswith(
        (")", ">", ",", "/")
    )


def _is_label(text: str) -> bool:
    """What may stand before a link in its piece: nothing, `Web:`, a name with a bracket, or the link before."""
    plain = URL.sub("", EMAIL.sub("", text)).strip(" ,/&()*")
    words = WORDS.findall(plain)
    return (
        plain.casefold() in _JOINING
        or (len(words) <= _MOST_LABEL_WORDS and plain.endswith((":", "<", ">")))
        or (text.rstrip().endswith(("(", "<")))
    )
