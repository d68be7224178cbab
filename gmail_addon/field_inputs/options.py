"""One or several of a list: a dropdown or a multi-select, and a text with suggestions where the list is too long or
open to what people write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.records.fields.choices import choices_of
from gmail_addon.card_types import Option, Widget
from gmail_addon.field_inputs.base import Input, TextInput, Typed
from gmail_addon.field_inputs.lists import items_of, joined
from gmail_addon.forms import Form
from gmail_addon.inputs import MAX_OPTIONS, dropdown, multi_select, option, text_input
from gmail_addon.text import NOTHING, line, typed
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import FieldDef

NONE, CHOSEN = "-", "="
"""Values of options: no choice, and what a chosen value begins with."""
MOST_SHOWN = MAX_OPTIONS - 2
MOST_BYTES = 8_000
MOST_SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is stored, `text` shown; one that is `retired` is not offered, but keeps its text."""

    value: str
    text: str
    retired: bool = False


def fits(choices: Sequence[Choice]) -> bool:
    """Whether a list of options on a card has room for all of them."""
    offered = [choice for choice in choices if not choice.retired]
    size = sum(len(choice.value.encode()) + len(line(choice.text).encode()) for choice in offered)
    return len(offered) <= MOST_SHOWN and size <= MOST_BYTES


class _Listed(Input):
    def __init__(self, visit: Visit, field: FieldDef, choices: Sequence[Choice]) -> None:
        super().__init__(visit, field)
        self.choices = choices

    def options(self, typed: Typed) -> list[Option]:
        """Those offered, and those that are chosen although they no longer are."""
        known = {choice.value: choice.text for choice in self.choices}
        offered = [choice.value for choice in self.choices if not choice.retired]
        values = dict.fromkeys([*offered, *typed])
        return [option(f"{CHOSEN}{value}", known.get(value, value), selected=value in typed) for value in values]

    def typed(self, form: Form) -> Typed:
        chosen = form.choices(self.name) or ()
        return tuple(value.removeprefix(CHOSEN) for value in chosen if value != NONE)


class DropdownInput(_Listed):
    def shown(self, value: Any) -> Typed:
        return () if value is None else (str(value),)

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return typed[0] if typed else None

    def widgets(self, typed: Typed) -> list[Widget]:
        must = self.field.required and typed
        none = [] if must else [option(NONE, NOTHING, selected=not typed)]
        return self.explained(dropdown(self.name, *none, *self.options(typed[:1]), label=self.label))


class MultiSelectInput(_Listed):
    def shown(self, value: Any) -> Typed:
        """In one order, as boxes have none."""
        return tuple(sorted(value or ()))

    def typed(self, form: Form) -> Typed:
        return tuple(sorted(super().typed(form)))

    def value(self, typed: Typed, now: Any) -> object:
        """Those that stay keep their order."""
        kept = [value for value in now or () if value in typed]
        return kept + [value for value in typed if value not in kept]

    def widgets(self, typed: Typed) -> list[Widget]:
        return self.explained(multi_select(self.name, *self.options(typed), label=self.label))


class WrittenInput(TextInput):
    """A choice by its text. `find` gives what a text stands for; what it does not know goes on as it is."""

    def __init__(self, visit: Visit, field: FieldDef, choices: Sequence[Choice]) -> None:
        super().__init__(visit, field)
        self.choices = choices

    def shown(self, value: Any) -> Typed:
        return () if value is None else self.cleaned(self._text(str(value)))

    def value(self, typed: Typed, now: Any) -> object:
        return self._meant("".join(typed), [] if now is None else [str(now)])

    def widgets(self, typed: Typed) -> list[Widget]:
        texts = [choice.text for choice in self.choices if not choice.retired]
        few = fits(self.choices)
        return [
            text_input(
                self.name,
                self.label,
                hint=self.hint or None,
                value="".join(typed),
                suggestions=texts if few else (),
                autocomplete=None if few else self.asking(),
            )
        ]

    def suggestions(self, text: str) -> list[str]:
        return self._like(text)

    def _like(self, text: str, *, but: Sequence[str] = ()) -> list[str]:
        """Texts of choices that begin as typed, then those that have it somewhere."""
        wanted = _folded(text)
        texts = [choice.text for choice in self.choices if not choice.retired and choice.text not in but]
        found = [one for one in texts if wanted in _folded(one)]
        return sorted(found, key=lambda one: not _folded(one).startswith(wanted))[:MOST_SUGGESTED]

    def _text(self, value: str) -> str:
        return next((choice.text for choice in self.choices if choice.value == value), value)

    def _meant(self, text: str, now: Sequence[str]) -> str:
        """The value now, before others of the same text."""
        wanted = _folded(text)
        standing = {_folded(self._text(value)): value for value in reversed(now)}
        if wanted in standing:
            return standing[wanted]
        return next((choice.value for choice in self.choices if _folded(choice.text) == wanted), text)


class WrittenListInput(WrittenInput):
    def shown(self, value: Any) -> Typed:
        return self.cleaned(joined([self._text(one) for one in value or ()]))

    def value(self, typed: Typed, now: Any) -> object:
        """What no input can show stays."""
        meant = [self._meant(item, now or ()) for text in typed for item in items_of(text)]
        unseen = [value for value in now or () if typed and not self.cleaned(self._text(value))]
        return list(dict.fromkeys([*meant, *unseen]))

    def widgets(self, typed: Typed) -> list[Widget]:
        asking = self.asking() if self.choices else None
        return [text_input(self.name, self.label, hint=self.hint, value="".join(typed), autocomplete=asking)]

    def suggestions(self, text: str) -> list[str]:
        return continued(text, lambda begun, before: self._like(begun, but=before))

    @property
    def hint(self) -> str:
        return self.field.help or t("Separate them by commas")


def continued(text: str, like: Callable[[str, list[str]], Sequence[str]]) -> list[str]:
    """The text so far with its last item completed: a suggestion replaces all that is in the input."""
    items = items_of(text)
    begun = "" if not items or text.rstrip().endswith(",") else items.pop()
    return [joined([*items, one]) for one in like(begun, items)] if begun else []


def _folded(text: str) -> str:
    return " ".join(typed(line(text), multiline=False).casefold().split())


def choices_in(visit: Visit, field: FieldDef) -> list[Choice]:
    """What a field lets choose: its own choices, members, stages or stars."""
    kind = field.type
    if kind in ("user", "users"):
        return _members(visit)
    if kind == "stage":
        return _stages(visit, field)
    if kind == "rating":
        most = int(field.options.get("max", 5))
        return [Choice(str(stars), "★" * stars + "☆" * (most - stars)) for stars in range(most + 1)]
    return [Choice(choice["value"], t(choice["label"])) for choice in choices_of(field)]


def _members(visit: Visit) -> list[Choice]:
    """Colleagues of the same name are told apart by their addresses; in a text, all are."""
    members = visit.catalog.members.values()
    names = [member.name for member in members]
    many = len([member for member in members if member.active]) > MOST_SHOWN
    return [
        Choice(
            member.id,
            f"{member.name} · {member.email}" if many or names.count(member.name) > 1 else member.name,
            not member.active,
        )
        for member in members
    ]


def _stages(visit: Visit, field: FieldDef) -> list[Choice]:
    """Of the folder's pipelines; of a field that is not the record's own stage, those of all pipelines."""
    own = field.column == "stage_id"
    pipelines = [one for one in visit.catalog.pipelines.values() if not own or one.folder_id == field.folder_id]
    shown = {one.id: one for one in pipelines}
    in_use = [one for one in pipelines if not one.archived_at]
    stages = [stage for stage in visit.catalog.stages.values() if stage.pipeline_id in shown]
    return [
        Choice(
            stage.id,
            f"{shown[stage.pipeline_id].name}: {t(stage.name)}" if len(in_use) > 1 else t(stage.name),
            bool(stage.archived_at or shown[stage.pipeline_id].archived_at),
        )
        for stage in stages
    ]
