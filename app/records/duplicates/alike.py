"""The key of a name however it is spelt: without order, short forms, legal forms and vowels."""

from app.records.duplicates.companies import company_words
from app.records.duplicates.people import heard, person_name
from app.records.keys import MAX_KEY_LENGTH

KIND = "alike"
"""The kind of these rows in `record_key`."""
PEOPLE = ("contact", "lead")


def alike_key(kind: str, name: str) -> str:
    """`Bob Smith` and `Schmidt, Robert` have one key; so do `GTX Pro Ltd.` and `GTXPro`. Empty when there is none.

    A single word is no key of a person: too many share it.
    """
    if kind in PEOPLE:
        return person_key(*person_name(name)[:2])
    return company_key(company_words(name)) if kind == "company" else ""


def person_key(given: str, family: str) -> str:
    if not given or not family:
        return ""
    return " ".join(sorted((heard(given), heard(family))))[:MAX_KEY_LENGTH]


def company_key(words: tuple[str, ...]) -> str:
    return "".join(words)[:MAX_KEY_LENGTH]
