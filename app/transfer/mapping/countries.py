"""Countries by the names that people give them."""

from functools import cache

from babel import Locale

from app.transfer.mapping.dates import LANGUAGES

_ALSO = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "uk": "GB", "u.k.": "GB", "england": "GB", "scotland": "GB"}
_ALSO |= {
    "wales": "GB",
    "holland": "NL",
    "korea": "KR",
    "uae": "AE",
    "russian federation": "RU",
    "czech republic": "CZ",
}


def country_code(text: str) -> str | None:
    """`Deutschland`, `germany` or `de` -> `DE` (ISO 3166-1 alpha-2); None for what is no country's name."""
    return _codes().get(text.strip().casefold())


@cache
def _codes() -> dict[str, str]:
    found = dict(_ALSO)
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB"):
                found.setdefault(str(name).casefold(), code)
                found.setdefault(code.casefold(), code)
    return found
