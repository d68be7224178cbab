"""Normal forms of what people type and mail carries, so that equal things compare equal.

Nothing here reads the network or raises, whatever the text.
"""

import re
from functools import lru_cache
from unicodedata import normalize

import idna
from tldextract import TLDExtract

MAX_KEY_LENGTH = 320
"""64 octets of local part, an @ and 255 of domain (RFC 5321 4.5.3.1); longer ones do not fit an index."""

_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_HOST_NAME = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_VIA = re.compile(r"\s+via\s+.*$", re.IGNORECASE)


@lru_cache(maxsize=65536)
def email_key(address: str) -> str:
    """The form under which every spelling of an address is one: `Jo.Doe+crm@GoogleMail.com` -> `jodoe@gmail.com`.

    A text without @ is only lower-cased; blank text, and what is too long to be an address, gives "".
    """
    local, at, domain = _clean(address).rpartition("@")
    if not at:
        return _bounded(domain)
    domain = host_of(domain)
    local = local.split("+")[0].strip() or local.strip()
    if domain == "gmail.com":
        local = local.replace(".", "") or local
    return _bounded(f"{local}@{domain}")


@lru_cache(maxsize=65536)
def domain_of(address: str) -> str:
    """The registrable domain of an address, a host or a URL's host: `a@mail.acme.co.uk` -> `acme.co.uk`.

    "" for IP addresses, bare host names and public suffixes. International names come out in ASCII (RFC 5890).
    A host under no listed suffix (`acme.example`, `crm.lan`) keeps its last two labels.
    """
    host = _bounded(_ascii_domain(_clean(address).rpartition("@")[2]))
    parts = _suffixes.extract_str(host)
    if parts.suffix or parts.ipv4 or not _HOST_NAME.fullmatch(host):
        return parts.top_domain_under_public_suffix
    return ".".join(host.split(".")[-2:])


@lru_cache(maxsize=65536)
def host_of(address: str) -> str:
    """The full host of an address or domain, in the form `email_key` gives it: `A@Mail.Acme.com` -> `mail.acme.com`."""
    host = _ascii_domain(_clean(address).rpartition("@")[2])
    return "gmail.com" if host in _GMAIL else host


def person_name(name: str, address: str) -> str:
    """How to call a correspondent: the display name in reading order, else what the address tells."""
    return " ".join(part for part in display_name_parts(name, address) if part)


def display_name_parts(name: str, address: str = "") -> tuple[str, str]:
    """First and last name: `"Müller, Anna (Acme)"` -> `("Anna", "Müller")`.

    A name that is missing, or merely repeats an address, is read off the local part of `address`.
    """
    shown = _VIA.sub("", _IN_BRACKETS.sub(" ", name)).strip(" \t\"'`,;")
    if not shown or "@" in shown:
        shown = _from_local_part(address or shown)
    if shown.count(",") == 1:
        shown = " ".join(reversed([part.strip() for part in shown.split(",")]))
    first, _, last = " ".join(shown.split()).partition(" ")
    return first, last


def company_name_from_domain(domain: str) -> str:
    """A first guess at a company's name: `acme-tools.co.uk` -> `Acme Tools`."""
    label = domain_of(domain).partition(".")[0]
    return " ".join(_capitalised(word) for word in _readable(label).split("-") if word)


def _bounded(key: str) -> str:
    return key if len(key) <= MAX_KEY_LENGTH else ""


def _clean(text: str) -> str:
    plain = text.strip().strip("<>").strip().lower()
    return plain if plain.isascii() else normalize("NFC", plain)


def _ascii_domain(domain: str) -> str:
    domain = domain.strip().strip(".")
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return domain


def _from_local_part(address: str) -> str:
    local = address.strip().strip("<>").partition("@")[0].split("+")[0]
    words = [word for word in re.split(r"[._\-\s]+", local) if word and not word.isdigit()]
    return " ".join(_capitalised(word) for word in words) or address.strip()


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _readable(label: str) -> str:
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label
