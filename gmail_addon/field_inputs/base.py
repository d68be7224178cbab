"""What every input of a field knows how to do."""

from typing import Any, ClassVar

from app.core.errors import InvalidInput
from app.records.fields import type_of
from gmail_addon.card_types import Action, Widget
from gmail_addon.forms import Form
from gmail_addon.inputs import text_input
from gmail_addon.text import GREY, color, typed
from gmail_addon.visit import Visit
from gmail_addon.widgets import text_paragraph
from gmail_addon.wording import t
from models import FieldDef

Typed = tuple[str, ...]
"""What an input holds: one text, the choices, or the parts; () when it is empty."""

PREFIX = "f."


class Input:
    """The input of one field, for one person. `needs` names what Gmail itself insists on being filled."""

    needs: ClassVar[bool] = False

    def __init__(self, visit: Visit, field: FieldDef) -> None:
        self.visit, self.field = visit, field
        self.type = type_of(field)
        self.name = f"{PREFIX}{field.key}"

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def label(self) -> str:
        name = t(self.field.name)
        return f"{name} *" if self.field.required else name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs on the card."""
        return (self.name,)

    def shown(self, value: Any) -> Typed:
        """What it holds for a stored value, be that empty."""
        raise NotImplementedError

    def typed(self, form: Form) -> Typed:
        """What the person entered, in the same form as `shown`: equal where they changed nothing."""
        raise NotImplementedError

    def value(self, typed: Typed, now: Any) -> object:
        """What the services are to write. `now` is the stored value."""
        raise NotImplementedError

    def widgets(self, typed: Typed) -> list[Widget]:
        raise NotImplementedError

    def is_said(self, typed: Typed) -> bool:
        """Whether a new record is given the value: what is empty takes the field's default."""
        return bool(typed)

    def suggestions(self, text: str) -> list[str]:  # noqa: ARG002
        """Whole texts of the input that may be meant by what is typed so far."""
        return []

    def explained(self, *widgets: Widget) -> list[Widget]:
        """The help text below inputs that have no room for one."""
        return [*widgets, *([text_paragraph(color(self.field.help, GREY))] if self.field.help else [])]

    def asking(self) -> Action:
        """The call that asks for suggestions."""
        return self.visit.call("suggest", folder=self.field.folder_id, field=self.field.key)

    def refuse(self, sentence: str) -> InvalidInput:
        return InvalidInput(sentence, field=self.field.key)


class TextInput(Input):
    """A text as it stands in a table, where `parse` reads it back without loss."""

    needs = True
    multiline = False

    def shown(self, value: Any) -> Typed:
        return self.cleaned("" if value is None else self.type.cell(self.field, value))

    def typed(self, form: Form) -> Typed:
        return self.cleaned(form.text(self.name) or "")

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return "".join(typed)

    def widgets(self, typed: Typed) -> list[Widget]:
        text = "".join(typed)
        limit = getattr(self.type, "limit", None)
        return [
            text_input(self.name, self.label, hint=self.hint or None, value=text, multiline=self.multiline, limit=limit)
        ]

    @property
    def hint(self) -> str:
        return self.field.help

    def cleaned(self, text: str) -> Typed:
        """What is left of a text that went through an input."""
        clean = typed(text, multiline=self.multiline).strip()
        return (clean,) if clean else ()


class LongTextInput(TextInput):
    multiline = True
