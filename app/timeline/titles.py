"""What Sidenote itself says in the titles of entries: in English here; a surface may say it in another language."""

from collections.abc import Mapping
from typing import Any

TOLD = "told"
"""The key in an entry's data under which it keeps what its title is made of."""
TITLES = {
    "deal_created": "Deal created in {stage}",
    "moved": "Moved to {stage}",
    "quote_sent": "Quote {number} sent",
    "quote_accepted": "Quote {number} accepted by {name}",
    "quote_declined": "Quote {number} declined",
    "quote_declined_by": "Quote {number} declined by {name}",
    "task": "Task: {title}",
    "task_done": "Done: {title}",
    "qualified": "Became an MQL",
    "qualified_with": "Became an MQL with a score of {score}",
    "ticket_opened": "Ticket opened",
    "ticket_status": "Ticket: {status}",
    "wrote_again": "The customer wrote again about a closed ticket",
}


def titled(key: str, **values: object) -> tuple[str, dict[str, Any]]:
    """The title of this kind, and what the entry's data keeps of it."""
    return TITLES[key].format(**values), {TOLD: {"as": key, **values}}


def title_told(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The key in TITLES and the values of a title; None for one that somebody wrote."""
    told = dict(data.get(TOLD) or {})
    key = told.pop("as", None)
    return (key, told) if key in TITLES else None
