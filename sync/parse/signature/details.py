"""What the lines of a signature say about the sender."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sync.parse.signature.lines import is_closing, is_ruler
from sync.parse.signature.phones import phones_in
from sync.parse.signature.pieces import wordings
from sync.parse.signature.places import address_in, links_in
from sync.parse.signature.sender import WORDS, Sender
from sync.parse.signature.work import company_in, own_domains, role_in

_ACROSS = 50
"""Characters of a line that is drawn across the page."""


@dataclass(frozen=True, slots=True)
class Details:
    """As written, but for phone numbers (E.164 where the country is told). Empty where the signature says nothing."""

    name: str = ""
    title: str = ""
    company: str = ""
    phones: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    address: str = ""


def details_of(lines: Sequence[str], *, sender: Sender) -> Details | None:
    """Read the lines of a signature, of which `signature_start` found the first; None when it is not the sender's."""
    kept = _own_part(lines, sender)
    if not kept:
        return None
    said = [line for line in kept if not is_closing(line)]
    texts = wordings(said)
    name = next(filter(None, map(sender.full_name, _segments(texts))), "")
    links = links_in(said)
    domains = own_domains(sender, links)
    named = next((at for at, text in enumerate(texts) if name and name in text), 0)
    rest = [_without_name(text, name) for text in texts]
    title, beside = role_in(rest[named:], domains)
    company = company_in([beside, *(text for text in rest if not sender.is_meant(text))], domains)
    address = address_in([_without_name(line, name) for line in said])
    return Details(name, title, company, phones_in(said), links, address)


def _own_part(lines: Sequence[str], sender: Sender) -> list[str]:
    """The lines to the last part that names the sender: below a line drawn across the page others may speak."""
    filled = [line for line in lines if line.strip()]
    borders = [at for at, line in enumerate(filled) if is_ruler(line) and len(line) >= _ACROSS]
    own = [at for at, line in enumerate(filled) if not is_ruler(line) and _is_own(line, sender)]
    end = next((at for at in borders if own and at > own[-1]), len(filled))
    return [line for line in filled[:end] if not is_ruler(line)] if own else []


def _is_own(line: str, sender: Sender) -> bool:
    """Whether the sender's name or address stands in this line, alone or set apart from the rest."""
    if sender.address and sender.address in line.casefold():
        return True
    if is_closing(line):
        return any(sender.signs(word) for word in WORDS.findall(line)[-2:])
    return sender.signs(line) or any(map(sender.full_name, _segments(wordings([line]))))


def _segments(texts: Sequence[str]) -> Iterator[str]:
    """Each text, then what follows its first comma."""
    for text in texts:
        yield text
        yield text.partition(",")[2]


def _without_name(text: str, name: str) -> str:
    return text.partition(name)[2].strip(" ,.-–—()") if name and name in text else text
