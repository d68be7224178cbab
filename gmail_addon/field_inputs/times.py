"""Days, moments, yes and no."""

from datetime import date, datetime
from typing import Any

from gmail_addon.card_types import Widget
from gmail_addon.field_inputs.base import Input, Typed
from gmail_addon.forms import Form
from gmail_addon.inputs import date_picker, datetime_picker, switch
from gmail_addon.text import esc
from gmail_addon.widgets import decorated_text
from gmail_addon.wording import t


class DateInput(Input):
    def shown(self, value: Any) -> Typed:
        return () if value is None else (value.isoformat() if isinstance(value, date) else str(value),)

    def typed(self, form: Form) -> Typed:
        on = form.date(self.name)
        return (on.isoformat(),) if on else ()

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return "".join(typed)

    def widgets(self, typed: Typed) -> list[Widget]:
        on = date.fromisoformat(typed[0]) if typed else None
        return self.explained(date_picker(self.name, self.label, value=on))


class MomentInput(Input):
    """The clock on the person's wall, to the minute: all that a picker keeps."""

    def shown(self, value: Any) -> Typed:
        if value is None:
            return ()
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return (self._wall(moment),)
        except OverflowError:
            return ()

    def typed(self, form: Form) -> Typed:
        try:
            moment = form.datetime(self.name, self.visit.zone)
            return (self._wall(moment),) if moment else ()
        except OverflowError:
            raise self.refuse(t("{field}: choose a date of this era.", field=self.field.name)) from None

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return self._moment(typed)

    def widgets(self, typed: Typed) -> list[Widget]:
        return self.explained(datetime_picker(self.name, self.label, zone=self.visit.zone, value=self._moment(typed)))

    def _wall(self, moment: datetime) -> str:
        return moment.astimezone(self.visit.zone).replace(tzinfo=None, second=0, microsecond=0).isoformat()

    def _moment(self, typed: Typed) -> datetime | None:
        return datetime.fromisoformat(typed[0]).replace(tzinfo=self.visit.zone) if typed else None


class SwitchInput(Input):
    def shown(self, value: Any) -> Typed:
        return ("on",) if value else ()

    def typed(self, form: Form) -> Typed:
        return ("on",) if form.choices(self.name) else ()

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return bool(typed)

    def widgets(self, typed: Typed) -> list[Widget]:
        turned = switch(self.name, selected=bool(typed))
        return [decorated_text(esc(self.label), bottom_label=self.field.help or None, switch=turned)]

    def is_said(self, typed: Typed) -> bool:
        return bool(typed) or self.field.required
