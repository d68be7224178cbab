"""Who sent a mail, to tell their signature from the signature of someone they quote."""

import re
from dataclasses import dataclass

from app.records.keys import display_name_parts

WORDS = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W\d_]+)*")
_MOST_WORDS = 4
_LONGEST_NAME = 60
_AFTER_NAME = re.compile(r"[,(<\[\d|:;+\"]|\s[-–—]+\s|\s{2}|\t")
_DEGREES = re.compile(r",?\s+(?:ph\.?\s?d|m\.?d|mba|m\.?sc|b\.?sc|esq|cpa|p\.?e|gsec|cissp)\.?$", re.IGNORECASE)
_ON_BEHALF = re.compile(r"^(?:i\.\s?[av]\.|ppa\.?)\s+", re.IGNORECASE)
_NOT_A_PERSON = re.compile(
    r"\b(?:team|support|sales|services?|department|office|network|group|internet|lists?|newsletter|memberships?|members)\b|"
    r"^(?:hello|hi|hey|dear|hallo|liebe[r]?|bonjour|salut|hola|estimad[oa]|вітаю|привіт)\b",
    re.IGNORECASE,
)
_ONE_WORD_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,6}")
_LETTERS = re.compile(r"[^\W\d_][\w.'’ -]*")
_SHORTEST_FUSED = 4


@dataclass(frozen=True, slots=True)
class Sender:
    """`words` are those of the display name and of the address, case folded; `local` is the part before the @.

    `named` are the words of the display name, or else of the address, in order: where these are several, a first name
    alone does not make a full name the sender's.
    """

    words: frozenset[str]
    initials: frozenset[str]
    address: str
    local: str
    named: tuple[str, ...]

    @classmethod
    def of(cls, name: str, address: str) -> "Sender":
        """From the display name and the address of a From header, either of which may be empty."""
        local = address.partition("@")[0].casefold()
        shown = [word.casefold() for word in WORDS.findall(" ".join(display_name_parts(name)) if name else "")]
        told = WORDS.findall(re.sub(r"[._+-]", " ", local))
        initials = "".join(word[0] for word in shown or told)
        words = frozenset(word for word in (*shown, *told) if len(word) > 1)
        named = tuple(shown if len(shown) > 1 else told)
        return cls(words, frozenset({initials, initials[::-1]}), address.casefold(), local, named)

    def signs(self, line: str) -> bool:
        """Whether the line is the sender's name, first name or initials and nothing else."""
        words = [word.casefold() for word in WORDS.findall(line)]
        if (
            not 1 <= len(words) <= _MOST_WORDS
            or len(line.strip()) > _LONGEST_NAME
            or line.rstrip().endswith(("?", ":"))
        ):
            return False
        if len(words) == 1 and len(words[0]) > 1 and words[0] in self.initials:
            return True
        if len(words) > 2 and "".join(word[0] for word in words) == self.local:
            return True
        if len(self.named) > 1 and sum(len(word) > 1 for word in words) > 1 and not any(map(self._knows, words[1:])):
            return False
        known = sum(map(self._knows, words))
        return known > 0 and known >= sum(len(word) > 1 for word in words) / 2 and not line.strip()[0].isdigit()

    def full_name(self, text: str) -> str:
        """The sender's full name where the text begins with it, perhaps after drawn characters; else ""."""
        head = _AFTER_NAME.split(_ON_BEHALF.sub("", text.strip(" \t*-–—_/\\|+•<>.(")), maxsplit=1)[0]
        name = self._until_known(_DEGREES.sub("", head.strip(" \t*_/|.,"))).strip(" .,")
        if not _ONE_WORD_NAME.fullmatch(name) and not 2 <= len(WORDS.findall(name)) <= _MOST_WORDS:
            return ""
        return name if self.signs(name) and not _NOT_A_PERSON.search(name) and self._is_whole(name) else ""

    def _is_whole(self, name: str) -> bool:
        """Whether the surname is in it, and the first name is not another one: relatives and colleagues share names."""
        words = [word.casefold() for word in WORDS.findall(name)]
        long = [word for word in self.named if len(word) > 1]
        if len(self.named) < 2 or not long or _ONE_WORD_NAME.fullmatch(name):
            return True
        surnames = {long[0], long[-1]} & set(words[1:])
        initials = {word[0] for word in (*self.named, self.local) if word}
        return bool(surnames) and any(
            self._knows(word) or word[0] in initials for word in words[:2] if word != long[-1]
        )

    def is_meant(self, text: str) -> bool:
        """Whether every word of the text is known of the sender."""
        return all(self._knows(word.casefold()) for word in WORDS.findall(text))

    def _until_known(self, text: str) -> str:
        """Up to the last known word, where more than a name stands there: `Jo Doe E-Mail/Chat` -> `Jo Doe`."""
        words = list(WORDS.finditer(text[:_LONGEST_NAME]))
        known = [at for at, word in enumerate(words) if self._knows(word.group().casefold())]
        if (_LETTERS.fullmatch(text) and len(words) <= _MOST_WORDS) or not known or not known[-1]:
            return text
        return text[: words[known[-1]].end()]

    def _knows(self, word: str) -> bool:
        return word in self.words or (
            len(word) >= _SHORTEST_FUSED and (self.local.startswith(word) or self.local.endswith(word))
        )
