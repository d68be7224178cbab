"""How likely a thread is about a deal: the chance that not all the evidence for it is mere coincidence.

Each reason has a weight: the chance that it alone decides. Reasons are taken as independent:

    score = 1 - (1 - w1)(1 - w2)…

What speaks against a deal then multiplies the score: a closed deal, and people whose threads were chosen otherwise.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from math import prod

from app.records.search.folding import words_of
from models import Record
from sync.attribution.common_words import COMMON
from sync.attribution.pool import Facts
from sync.attribution.thread import Thread

WEIGHTS = {
    "answers": 0.85,
    "number": 0.85,
    "full_name": 0.8,
    "named_well": 0.7,
    "same_subject": 0.6,
    "named": 0.5,
    "contact": 0.4,
    "chosen": 0.3,
    "only_open": 0.25,
    "company": 0.25,
    "wrote": 0.15,
    "recent": 0.1,
}
"""Answers a message on the deal; carries its number, or its name in full; shares two words with its name and subjects;
has the subject of a thread on it; shares one word; a contact of the deal takes part; a person corrected their other
threads to it; it is the only open one of theirs; its account takes part; they took part in its mail; it was active
lately."""
CLOSED, CHOSEN_OTHERWISE = 0.8, 0.8
RECENT = timedelta(days=30)
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is a key of WEIGHTS; `detail` the words, number or subject that it rests on."""

    code: str
    weight: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A deal that a thread may be about; `score` is between 0 and 1, reasons are the weightiest first."""

    deal_id: str
    score: float
    reasons: tuple[Reason, ...]


def score_deals(thread: Thread, facts: Facts) -> list[Candidate]:
    """The best first; deals for which nothing speaks are left out."""
    vocabulary = _distinct_words(facts)
    candidates = [_candidate(thread, facts, deal, vocabulary[deal.id]) for deal in facts.deals]
    return sorted((one for one in candidates if one.reasons), key=lambda one: (-one.score, one.deal_id))


def _candidate(thread: Thread, facts: Facts, deal: Record, own_words: set[str]) -> Candidate:
    found = _about_text(thread, facts, deal, own_words) | _about_people(thread, facts, deal)
    reasons = [Reason(code, WEIGHTS[code], detail) for code, detail in found.items()]
    reasons.sort(key=lambda reason: -reason.weight)
    score = 1 - prod(1 - reason.weight for reason in reasons)
    if deal.status != "open":
        score *= CLOSED
    if facts.passed_over(deal.id) > facts.chosen.get(deal.id, 0):
        score *= CHOSEN_OTHERWISE
    return Candidate(deal.id, round(score, 4), tuple(reasons))


def _about_text(thread: Thread, facts: Facts, deal: Record, own_words: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if deal.id in facts.answered:
        found["answers"] = ""
    text = " ".join(sorted(thread.subjects))
    if number := next((one for one in sorted(facts.numbers.get(deal.id, ())) if _carries(text, one)), None):
        found["number"] = number
    same = thread.subjects & facts.subjects.get(deal.id, set()) - {""}
    if same and (deal.id in facts.wrote or facts.contacts.get(deal.id)):
        found["same_subject"] = min(same)
    if set(words_of(deal.name)) - COMMON and _carries(text, deal.name):
        found["full_name"] = deal.name
    elif shared := sorted(word for word in set(words_of(text)) if _is_of(word, own_words)):
        found["named_well" if len(shared) > 1 else "named"] = " ".join(shared)
    return found


def _about_people(thread: Thread, facts: Facts, deal: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    has_contact, has_company = bool(facts.contacts.get(deal.id)), deal.company_id in facts.people.companies
    if has_contact:
        found["contact"] = ""
    if has_company:
        found["company"] = ""
    if deal.id in facts.wrote:
        found["wrote"] = ""
    if facts.chosen.get(deal.id, 0) > facts.passed_over(deal.id):
        found["chosen"] = ""
    opened = [one.id for one in facts.deals if one.status == "open"]
    if (has_contact or has_company) and opened == [deal.id]:
        found["only_open"] = ""
    last = deal.last_activity_at
    if last and found and abs(thread.last_at - last) <= RECENT:
        found["recent"] = ""
    return found


def _distinct_words(facts: Facts) -> dict[str, set[str]]:
    """The words of each deal's name and subjects by which it differs from the other deals, common ones left out."""
    words = {
        deal.id: {
            word
            for text in (deal.name, *facts.subjects.get(deal.id, ()))
            for word in words_of(text)
            if word not in COMMON and (len(word) > 2 or not word.isascii())
        }
        for deal in facts.deals
    }
    uses = Counter(word for own in words.values() for word in own)
    return {deal_id: {word for word in own if uses[word] == 1} for deal_id, own in words.items()}


def _is_of(word: str, own_words: set[str]) -> bool:
    """One of them, or another form of one: the shorter begins the longer, short of three letters."""
    return word in own_words or any(
        min(len(word), len(own)) >= SHORTEST_STEM
        and abs(len(word) - len(own)) < SHORTEST_STEM
        and (word.startswith(own) or own.startswith(word))
        for own in own_words - COMMON
        if word not in COMMON
    )


def _carries(text: str, part: str) -> bool:
    """A name or number stands in the text, word by word: Q-2 is not in Q-21."""
    words, sought = words_of(text), words_of(part)
    return bool(sought) and any(words[at : at + len(sought)] == sought for at in range(len(words)))
