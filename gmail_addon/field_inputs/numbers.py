"""Numbers and amounts, with the decimal mark of the person's language."""

import re
from decimal import Decimal
from typing import Any

from gmail_addon.field_inputs.base import TextInput, Typed

_SPACED = re.compile(r"(?<=\d)[\s'’\u00a0\u202f](?=\d)")


class NumberInput(TextInput):
    def shown(self, value: Any) -> Typed:
        return () if value is None else self.cleaned(f"{Decimal(str(value)):f}".replace(".", self._mark))

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return plain_number("".join(typed), mark=self._mark)

    @property
    def _mark(self) -> str:
        return self.visit.formats.decimal_mark


class MoneyInput(TextInput):
    """Amounts are read with either mark, so that only showing them depends on the person."""

    def shown(self, value: Any) -> Typed:
        if value is None:
            return ()
        return self.cleaned(self.type.cell(self.field, value).replace(".", self.visit.formats.decimal_mark))

    @property
    def hint(self) -> str:
        currency = str(self.field.options.get("currency") or self.visit.currency)
        return " · ".join(filter(None, (currency, self.field.help)))


def plain_number(text: str, *, mark: str) -> str:
    """A number as programs write it: `1.234,5` with the mark `,` and `1,234.5` with `.` are both `1234.5`."""
    group = "." if mark == "," else ","
    number = _SPACED.sub("", text.strip())
    if re.fullmatch(rf"[-\u2212]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(mark)}\d+)?\s*%?", number):
        number = number.replace(group, "")
    return number.replace(mark, ".")
