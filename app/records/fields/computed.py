"""Values that Sidenote works out: formulas, roll-ups and statistics."""

from typing import Any

from app.records.fields.base import FieldType
from models import FieldDef

RESULTS = {"text": "text", "number": "number", "currency": "number", "percent": "number", "date": "date"}
RESULTS |= {"datetime": "moment", "checkbox": "flag"}


class Computed(FieldType):
    """`options["result"]` is the type of the value: text, number, currency, percent, date, datetime or checkbox."""

    family, card = "text", ""

    def parse(self, field: FieldDef, value: Any) -> Any:  # noqa: ARG002
        raise self.refuse(field, "Sidenote works this out itself.")


class Formula(Computed):
    """`options["formula"]` is an expression over the record's fields; see `app.records.formulas`."""

    name, label = "formula", "Formula"
    option_names = frozenset({"formula"})


class RollUp(Computed):
    """`options`: `of` (field that leads here), `do` (sum, count, min, max, average), `field`, `filter`."""

    name, label = "rollup", "Roll-up"
    option_names = frozenset({"of", "do", "field", "filter"})


class Statistics(Computed):
    """`options["statistic"]` names what is counted: `emails_in`, `next_task_at`, `days_in_stage`…"""

    name, label = "statistics", "Statistics"
    option_names = frozenset({"statistic"})
