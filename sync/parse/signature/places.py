"""Where someone is found: their sites, and their office by post."""

import re
from collections.abc import Sequence

from sync.parse.signature.marks import EMAIL, POSTAL, STREET, URL
from sync.parse.signature.pieces import pieces_of
from sync.parse.signature.sender import WORDS

_MOST_LABEL_WORDS = 3
_JOINING = frozenset({"", "and", "or", "web", "www", "url", "website"})
_KEY_SERVER = re.compile(r"\bpgp\b|\bpks\b|\bgpg\b|keyserver", re.IGNORECASE)


def links_in(lines: Sequence[str]) -> list[str]:
    """Links that stand alone in their piece but for a label: those within sayings lead elsewhere."""
    found = [
        link.group().rstrip(".)/*")
        for line in lines
        for piece in pieces_of(line)
        for link in URL.finditer(piece)
        if _is_label(piece[: link.start()]) and not _KEY_SERVER.search(link.group())
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


def _is_label(text: str) -> bool:
    """What may stand before a link in its piece: nothing, `Web:`, a name with a bracket, or the link before."""
    plain = URL.sub("", EMAIL.sub("", text)).strip(" ,/&()*")
    words = WORDS.findall(plain)
    return (
        plain.casefold() in _JOINING
        or (len(words) <= _MOST_LABEL_WORDS and plain.endswith((":", "<", ">")))
        or (text.rstrip().endswith(("(", "<")))
    )
