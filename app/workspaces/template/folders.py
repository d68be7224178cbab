"""The folders of a new workspace, the stages of its pipeline, and how soon its tickets are answered."""

from dataclasses import dataclass
from typing import Any

FOLDERS = (
    # kind, name, one of them
    ("company", "Companies", "Company"),
    ("contact", "Contacts", "Contact"),
    ("lead", "Leads", "Lead"),
    ("deal", "Deals", "Deal"),
    ("ticket", "Tickets", "Ticket"),
    ("quote", "Quotes", "Quote"),
    ("product", "Products", "Product"),
)


@dataclass(frozen=True, slots=True)
class StagePlan:
    name: str
    probability: int
    color: str
    stale_after: int | None = None
    outcome: str = "open"

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


STAGES = (
    StagePlan("Prospecting", 10, "#7a8aa0", 14),
    StagePlan("Qualification", 20, "#5b8def", 14),
    StagePlan("Needs assessment", 35, "#3aa0c9", 14),
    StagePlan("Proposal", 50, "#8a63d2", 10),
    StagePlan("Negotiation", 75, "#d98a29", 7),
    StagePlan("Won", 100, "#2e9e5b", outcome="won"),
    StagePlan("Lost", 0, "#b3474f", outcome="lost"),
)

_HOUR, _DAY = 60, 24 * 60
PROMISES: tuple[dict[str, Any], ...] = (
    {"priority": "Urgent", "first_response_minutes": 1 * _HOUR, "resolution_minutes": 8 * _HOUR},
    {"priority": "High", "first_response_minutes": 4 * _HOUR, "resolution_minutes": 1 * _DAY},
    {"priority": "Normal", "first_response_minutes": 8 * _HOUR, "resolution_minutes": 3 * _DAY},
    {"priority": "Low", "first_response_minutes": 1 * _DAY, "resolution_minutes": 7 * _DAY},
)
