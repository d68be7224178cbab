"""Related records, by labels that are found again: `Acme · acme.example`."""

from collections.abc import Sequence
from typing import Any

from app.core.hot import Reader, reading
from app.records.picking import Pick, by_ids, goal_of, meant, suggested
from gmail_addon.card_types import Widget
from gmail_addon.field_inputs.base import TextInput, Typed
from gmail_addon.field_inputs.lists import items_of, joined
from gmail_addon.field_inputs.options import continued
from gmail_addon.inputs import text_input
from gmail_addon.text import line
from gmail_addon.wording import t


class RecordInput(TextInput):
    """Its stored value is shown from the records that it leads to, as `picking.Pick`; `items` are what was typed."""

    def shown(self, value: Any) -> Typed:
        picks: Sequence[Pick] = value or ()
        return self.cleaned("".join(pick.label for pick in picks[:1]))

    def value(self, typed: Typed, now: Any) -> object:
        raise NotImplementedError("resolved by actions.resolving")

    def items(self, typed: Typed) -> list[str]:
        return list(typed)

    def chosen(self, ids: Sequence[str]) -> object:
        """The value for the services."""
        return ids[0] if ids else None

    def items_shown(self, picks: Sequence[Pick]) -> list[str]:
        """The items that these records are shown as, in their order."""
        return [item for pick in picks[:1] for item in self.items(self.shown([pick]))]

    def widgets(self, typed: Typed) -> list[Widget]:
        text, hint = "".join(typed), self.hint or None
        return [text_input(self.name, self.label, hint=hint, value=text, autocomplete=self.asking())]

    def suggestions(self, text: str) -> list[str]:
        return self._like(text)

    def found(self, reader: Reader, text: str) -> list[Pick]:
        """The records that an item may mean. One statement, more when it has to look further."""
        goal, viewer = goal_of(self.field), self.visit.viewer
        if found := meant(reader, viewer=viewer, goal=goal, text=text):
            return found
        near = suggested(reader, viewer=viewer, goal=goal, text=text)
        return [pick for pick in near if line(pick.label) == line(text)]

    def picked(self, reader: Reader, ids: Sequence[str]) -> dict[str, Pick]:
        return by_ids(reader, viewer=self.visit.viewer, ids=ids)

    def _like(self, text: str) -> list[str]:
        with reading(self.visit.addon.engine) as reader:
            found = suggested(reader, viewer=self.visit.viewer, goal=goal_of(self.field), text=text)
        return list(dict.fromkeys(pick.label for pick in found))


class RecordsInput(RecordInput):
    def shown(self, value: Any) -> Typed:
        return self.cleaned(joined([pick.label for pick in value or ()]))

    def items(self, typed: Typed) -> list[str]:
        return [item for text in typed for item in items_of(text)]

    def chosen(self, ids: Sequence[str]) -> object:
        return list(dict.fromkeys(ids))

    def items_shown(self, picks: Sequence[Pick]) -> list[str]:
        return [item for pick in picks for item in self.items(self.shown([pick]))]

    def suggestions(self, text: str) -> list[str]:
        return continued(text, lambda begun, _before: self._like(begun))

    @property
    def hint(self) -> str:
        return self.field.help or t("Separate them by commas")
