"""Title and company: what a signature says about someone's work."""

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale

from app.core.freemail import is_freemail
from app.records.keys import domain_of
from sync.parse.signature.marks import LEGAL_FORM, NUMBER, ORGANISATION, PHONE_LABEL, POSTAL, STREET, TITLE
from sync.parse.signature.sender import WORDS, Sender

LONGEST_VALUE = 80
_MOST_TITLE_WORDS = 8
_AT = re.compile(r"\s+(?:at|@|bei|chez|в)\s+", re.IGNORECASE)
_CODE = re.compile(r"\w{2}/\w|[$`{}=\\@%<>:;]|\((?:at|dot)\)|\sat\s\S+\.\w{2}", re.IGNORECASE)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_TELLING = 4
"""Letters of a domain's label from which it is looked for within words; shorter ones must be a word."""
_EVERYONES = frozenset({"linkedin", "twitter", "facebook", "github", "xing", "instagram", "youtube"})


def role_in(texts: Sequence[str], domains: frozenset[str]) -> tuple[str, str]:
    """The title, and the company that stands in the same text: `Chief Scientist, Acme` and `Architect at Acme`."""
    parted = (_parted(text, domains) for text in texts)
    return next(((role, place) for role, place in parted if _is_title(role)), ("", ""))


def company_in(texts: Sequence[str], domains: frozenset[str]) -> str:
    """The text with a legal form, or the one that sounds like the sender's domain, or that names an institution."""
    fit = [text for text in texts if _may_be_company(text)]
    formed = (text for text in fit if LEGAL_FORM.search(text))
    by_domain = (text for text in fit if _is_of(text, domains))
    institutions = (_institution(text) for text in fit if ORGANISATION.search(text))
    return next((text for found in (formed, by_domain, institutions) for text in found), "")


def own_domains(sender: Sender, links: Sequence[str]) -> frozenset[str]:
    """First labels of the sender's domain and of the sites they name, without hyphens; none of free-mail providers."""
    hosts = [sender.address, *(_SCHEME.sub("", link).partition("/")[0] for link in links)]
    labels = (domain_of(host).partition(".")[0].replace("-", "") for host in hosts if not is_freemail(host))
    return frozenset(filter(None, labels)) - _EVERYONES


def _parted(text: str, domains: frozenset[str]) -> tuple[str, str]:
    """The role and the place of work, of which either may be missing: `Acme Support Engineer`, `CTO at Acme`."""
    at = _AT.search(text)
    if at:
        return text[: at.start()], text[at.end() :]
    role, _, place = (part.strip() for part in text.partition(","))
    if place and (LEGAL_FORM.search(place) or ORGANISATION.search(place) or _is_of(place, domains)):
        return role, place
    words = text.split()
    lead = next((count for count in range(1, len(words)) if "".join(words[:count]).casefold() in domains), 0)
    return " ".join(words[lead:]), " ".join(words[:lead])


def _is_title(text: str) -> bool:
    return (
        0 < len(text) <= LONGEST_VALUE
        and TITLE.search(text) is not None
        and not any(map(str.isdigit, text))
        and not LEGAL_FORM.search(text)
        and not ORGANISATION.search(text)
        and len(text.split()) <= _MOST_TITLE_WORDS
        and not text.endswith((".", "!", ":"))
    )


def _may_be_company(text: str) -> bool:
    return (
        0 < len(text) <= LONGEST_VALUE
        and not _is_title(text)
        and not STREET.search(text)
        and not POSTAL.search(text)
        and not NUMBER.search(text)
        and not PHONE_LABEL.match(text)
        and not _CODE.search(text)
    )


def _institution(text: str) -> str:
    """From the part between commas that names it, and without the country: `Student, University of Lyon, France`."""
    parts = text.split(", ")
    first = next(at for at, part in enumerate(parts) if ORGANISATION.search(part))
    return ", ".join(part for part in parts[first:] if part not in _countries())


@cache
def _countries() -> frozenset[str]:
    return frozenset(Locale("en").territories.values())


def _is_of(text: str, domains: frozenset[str]) -> bool:
    """Whether the text sounds like one of the domains: `Acme Tools` like `acmetools`, `HP Ireland` like `hp`."""
    words = [word.casefold() for word in WORDS.findall(text)]
    joined = "".join(words)
    return any(domain in words or (len(domain) >= _TELLING and domain in joined) for domain in domains)
