"""The views of a new workspace: everybody's, until a manager changes them."""

from dataclasses import dataclass, field
from typing import Any

Filter = dict[str, Any]

COLUMNS: dict[str, list[str]] = {
    "company": ["name", "industry", "lifecycle", "owner", "open_deals", "open_amount", "last_activity_at"],
    "contact": ["name", "email", "phone", "title", "company", "owner", "lifecycle", "last_activity_at"],
    "lead": ["name", "company_name", "status", "score", "source", "owner", "next_task_at"],
    "deal": ["name", "company", "stage", "amount", "close_on", "owner", "next_task_at"],
    "ticket": ["number", "name", "status", "priority", "contact", "company", "owner"],
    "quote": ["number", "name", "status", "amount", "deal", "company", "valid_until"],
    "product": ["name", "sku", "price", "active"],
}


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """A view of a kind of folder, with the columns of that kind. `shared` by nature, and owned by nobody."""

    kind: str
    name: str
    filter: Filter | None = None
    sort: list[str] = field(default_factory=lambda: ["-updated_at"])
    group_by: str | None = None
    layout: str = "table"
    is_default: bool = False

    def columns(self) -> dict[str, Any]:
        names = ("name", "filter", "sort", "group_by", "layout", "is_default")
        return {"columns": COLUMNS[self.kind], "shared": True, **{name: getattr(self, name) for name in names}}


def _is(field: str, value: Any) -> Filter:
    return {"field": field, "op": "is", "value": value}


_MINE, _OPEN = _is("owner", "me"), _is("status", "open")
_LAST_30_DAYS = {"last": 30, "unit": "days"}

VIEWS = (
    ViewPlan("company", "All companies", sort=["name"], is_default=True),
    ViewPlan(
        "company",
        "Customers at risk",
        {
            "and": [
                _is("lifecycle", "Customer"),
                {"field": "last_activity_at", "op": "not_within", "value": _LAST_30_DAYS},
            ]
        },
        sort=["last_activity_at"],
    ),
    ViewPlan("contact", "All contacts", sort=["name"], is_default=True),
    ViewPlan("contact", "My contacts", _MINE, sort=["name"]),
    ViewPlan("lead", "All leads", is_default=True),
    ViewPlan("lead", "Leads today", {"field": "created_at", "op": "is", "value": "today"}, sort=["-created_at"]),
    ViewPlan("lead", "MQL by source", _is("status", "MQL"), sort=["-score"], group_by="source"),
    ViewPlan("lead", "Leads by manager", sort=["manager", "-score"], group_by="manager"),
    ViewPlan("deal", "Pipeline", _OPEN, sort=["-amount"], group_by="stage", layout="board", is_default=True),
    ViewPlan("deal", "My open deals", {"and": [_MINE, _OPEN]}, sort=["close_on"]),
    ViewPlan(
        "deal",
        "Closing this month",
        {"and": [_OPEN, {"field": "close_on", "op": "within", "value": "this_month"}]},
        sort=["close_on"],
    ),
    ViewPlan("deal", "Stale", {"and": [_OPEN, _is("stale", True)]}, sort=["stage_entered_at"]),
    ViewPlan("deal", "No next task", {"and": [_OPEN, {"field": "next_task_at", "op": "is_empty"}]}, sort=["-amount"]),
    ViewPlan("deal", "All deals"),
    ViewPlan(
        "ticket",
        "Open tickets",
        {"field": "status", "op": "is_none_of", "value": ["Resolved", "Closed"]},
        sort=["-priority", "created_at"],
        is_default=True,
    ),
    ViewPlan("ticket", "All tickets"),
    ViewPlan("quote", "All quotes", is_default=True),
    ViewPlan("product", "All products", sort=["name"], is_default=True),
)
