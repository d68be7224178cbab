"""Territories of a configuration. Accounts move when the rules are applied, not when they change."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.records.config.noun import REQUIRED, Item, Noun, Work
from app.records.territories.service import (
    change_territory,
    create_territory,
    delete_territory,
    territories,
)
from models import Territory


class Territories(Noun):
    """In the order of their priority. `owner` is who gets the accounts that the rule brings."""

    name = "territories"
    keys: ClassVar[Mapping[str, Any]] = {"name": REQUIRED, "rule": None, "owner": None}

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        return [
            (each, {"name": each.name, "rule": work.names.named(each.rule), "owner": work.names.named(each.owner_id)})
            for each in territories(work.session, viewer=work.viewer)
        ]

    def create(self, work: Work, item: Item) -> None:
        rule, owner = work.names.ids(item["rule"]), work.names.ids(item["owner"])
        create_territory(work.session, viewer=work.viewer, name=item["name"], rule=rule, owner_id=owner)

    def change(self, work: Work, row: Territory, now: Item, wanted: Item) -> None:  # noqa: ARG002
        rule, owner = work.names.ids(wanted["rule"]), work.names.ids(wanted["owner"])
        chosen: dict[str, Any] = {"viewer": work.viewer, "territory_id": row.id}
        change_territory(work.session, **chosen, changes={"rule": rule, "owner_id": owner})

    def remove(self, work: Work, row: Territory) -> None:
        delete_territory(work.session, viewer=work.viewer, territory_id=row.id)

    def arrange(self, work: Work, items: Sequence[Item]) -> None:
        rows = {row.name: row for row, _ in self.read(work)}
        for place, item in enumerate(items):
            if (row := rows[item["name"]]).position != place:
                chosen: dict[str, Any] = {"viewer": work.viewer, "territory_id": row.id}
                change_territory(work.session, **chosen, changes={"position": place})
