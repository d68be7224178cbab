"""Which legacy encoding makes the most sense of some bytes.

Encodings of several bytes a character either fail on what is not theirs or give characters that nobody writes. Those
of one byte a character hardly ever fail: what tells them apart is whether the letters that come out are those of a
language, in words, with capitals where capitals stand.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

_FOREIGN = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = frozenset("’‘“”„–—…€°£§«»·º ª¿¡®©™\xa0")
_WEST = ("éèêëàâçîïôûùœæ", "äöüß", "áéíóúñü", "ãõáàâçéêíóôú", "àèéìíòóù", "åäöæøéü", "äöüõšž", "áðéíóúýþæö")
_CENTRE = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüß", "ëç")
_LATIN = {
    "cp1252": _WEST,
    "cp1250": _CENTRE,
    "iso8859-2": _CENTRE,
    "cp1254": ("çğıöşüâîûİ",),
    "mac-roman": _WEST,
    "cp850": _WEST,
}
"""The letters beyond ASCII of the languages that are written in an encoding, one language each."""
_RARE = {"cp1254": 0.97, "mac-roman": 0.9, "cp850": 0.85, "iso8859-2": 0.9}
"""What an encoding is worth against the Windows one that does as well."""
_FREQUENT = {
    "CYRILLIC": "оеаинтсрвлкмдпуяызьбгчйхжюшцщэфъіїє",
    "GREEK": "αοιεστνηυρπκμλτίόάέήύώδγχθφβξζψς",
    "HEBREW": "יוהלאמרתבשנעםדקחפכטגצןסזךףץ",
    "ARABIC": "اليمنرتوبدعهسكفقحجشطصخضذئءثزىظغ",
    "THAI": "านรอกเงมยลวดท่้สตะัีิไบปคหแจพชใขโู",
}
_SCRIPTS = {
    "cp1251": "CYRILLIC",
    "koi8-r": "CYRILLIC",
    "iso8859-5": "CYRILLIC",
    "cp866": "CYRILLIC",
    "cp855": "CYRILLIC",
    "mac-cyrillic": "CYRILLIC",
    "cp1253": "GREEK",
    "iso8859-7": "GREEK",
    "cp1255": "HEBREW",
    "cp1256": "ARABIC",
    "cp874": "THAI",
}


def likely_charsets(sample: bytes) -> list[str]:
    """The encodings that can decode these lines, by Python's names, the likeliest first; none if it is hopeless."""
    scores = {charset: worth(text) for charset, text, worth in _readings(sample)}
    return sorted((charset for charset in scores if scores[charset] > 0), key=lambda name: -scores[name])


def _readings(sample: bytes) -> Iterator[tuple[str, str, Callable[[str], float]]]:
    wide: dict[str, Callable[[str], float]] = {
        "cp932": _japanese,
        "euc_jp": _japanese,
        "gb18030": _chinese,
        "big5hkscs": _chinese,
        "cp949": _korean,
        "johab": _korean,
    }
    one_byte: dict[str, Callable[[str], float]] = {
        **{charset: _of_script(charset) for charset in _SCRIPTS},
        **{charset: _of_letters(charset) for charset in _LATIN},
    }
    for charset, worth in (wide | one_byte).items():
        try:
            yield charset, _decoded(sample, charset), worth
        except UnicodeDecodeError:
            continue


def _decoded(sample: bytes, charset: str) -> str:
    """The sample in an encoding; its end may be cut in the middle of a character."""
    try:
        return sample.decode(charset)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:
            raise
        return sample[: error.start].decode(charset)


def _share(text: str, fits: Callable[[str], bool]) -> float:
    foreign = _FOREIGN.findall(text)
    return sum(map(fits, foreign)) / len(foreign) if foreign else 0.0


def _japanese(text: str) -> float:
    """Hardly a Japanese text is without kana; half-width ones are what other encodings look like."""
    kana = _share(text, lambda c: "\u3040" <= c <= "\u30ff")
    known = _share(text, lambda c: "\u3000" <= c <= "\u30ff" or _is_common_kanji(c) or "\uff01" <= c <= "\uff5e")
    return known * (0.75 + min(kana, 0.25)) if kana else known * 0.7


def _chinese(text: str) -> float:
    return _share(text, lambda c: _is_common_hanzi(c) or c in "，。、；：？！“”‘’（）《》【】　—…·")


def _korean(text: str) -> float:
    """What is Korean is always Chinese, too, to look at its bytes; the reverse is not true."""
    return _share(text, lambda c: "가" <= c <= "힣" and _fits(c, "euc_kr")) * 1.1


@lru_cache(maxsize=8192)
def _is_common_kanji(char: str) -> bool:
    """JIS X 0208 level 1: the 2,965 characters of daily use."""
    try:
        return 0xB0 <= char.encode("euc_jp")[0] <= 0xCF
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=8192)
def _is_common_hanzi(char: str) -> bool:
    """GB 2312 level 1 or Big5 level 1: the characters of daily use, simplified or traditional."""
    for charset, last in (("gb2312", 0xD7), ("big5", 0xC6)):
        try:
            code = char.encode(charset)
        except UnicodeEncodeError:
            continue
        if len(code) == 2 and (0xB0 if charset == "gb2312" else 0xA4) <= code[0] <= last:
            return True
    return False


def _fits(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _of_script(charset: str) -> Callable[[str], float]:
    """Letters of one alphabet, the frequent ones more than the rare, in words of their own."""
    script = _SCRIPTS[charset]
    weights = {letter: 1.0 - 0.5 * rank / len(_FREQUENT[script]) for rank, letter in enumerate(_FREQUENT[script])}

    def worth(text: str) -> float:
        foreign = _FOREIGN.findall(text)
        total = 0.0
        for char in foreign:
            if char in weights:
                total += weights[char]
            elif char.lower() in weights:
                total += weights[char.lower()] * 0.7
            elif unicodedata.category(char)[0] in "CS":
                total -= 1.0
        return total / len(foreign) * _in_words(text) * _unmixed(text) * 1.25 if foreign else 0.0

    return worth


def _of_letters(charset: str) -> Callable[[str], float]:
    """Letters with accents, of one language more than of many, within words that are mostly ASCII."""
    languages = [frozenset(letters + letters.upper()) for letters in _LATIN[charset]]
    letters = frozenset[str]().union(*languages)

    def worth(text: str) -> float:
        foreign = _FOREIGN.findall(text)
        accents = [char for char in foreign if char not in _MARKS]
        marks = sum(1 for char in foreign if char in _MARKS and _fits(char, charset))
        lone = sum(len(word) == 1 and not word.isascii() for word in _WORD.findall(text)) / 2
        known = (sum(char in letters for char in accents) + marks - lone) / max(1, len(foreign))
        same = [sum(char in language for char in accents) / len(accents) for language in languages] if accents else []
        alone = max(same, default=known)
        words = "".join(_WORD.findall(text))
        plain = len(_FOREIGN.sub("", words)) / max(1, len(words))
        return (known + alone) / 2 * _in_words(text) * min(1.0, 0.3 + plain) * _RARE.get(charset, 1.0)

    return worth


def _in_words(text: str) -> float:
    """The share of words with other than ASCII in which no capital follows a small letter."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    odd = sum(1 for word in words if word[1:] != word[1:].lower() and not word.isupper())
    return 1.0 - odd / len(words) if words else 1.0


def _unmixed(text: str) -> float:
    """The share of words with other than ASCII that have two such letters or more, and none of ASCII."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(1 for word in words if len(_FOREIGN.findall(word)) == len(word) > 1) / len(words) if words else 0.0
