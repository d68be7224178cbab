"""The rows of a file as values of records: a plan, made ready once, and applied to row after row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import InvalidInput
from app.core.text import one_line
from app.records.keys import company_name_from_domain, person_name
from app.records.schema import Schema
from app.transfer.cells import original
from app.transfer.mapping.compiling import Compiled, compiled
from app.transfer.mapping.converters import Convert
from app.transfer.mapping.plan import Plan
from models import FieldDef

MAX_KEPT = 20_000
"""Different cells of a column whose values are kept, since most columns repeat themselves."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be taken in: the message names the field and the fix."""

    heading: str
    field: str
    message: str


@dataclass(slots=True)
class Row:
    """What a row says. `values` are stored forms by field key, to be read only: equal cells share one value.

    Blank cells say nothing, so their fields are absent. `related` are references as they are written (ids, names or
    addresses of records, members or a stage) by field key. `spare_name` is what to call a new record whose name the
    row does not tell.
    """

    id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    spare_name: str = ""


class RowReader:
    """Reads the rows of one file. Not to be shared by threads."""

    def __init__(self, plan: Plan, schema: Schema) -> None:
        """Raises InvalidInput or Forbidden where the plan fills what may not be filled in."""
        self._compiled: Compiled = compiled(plan, schema)
        self._people = schema.folder.kind in ("contact", "lead")

    @property
    def fields(self) -> dict[str, FieldDef]:
        """The fields that the plan fills, by key; one that is yet to be made stands under `new_` and its column."""
        return self._compiled.fields

    @property
    def new_options(self) -> dict[str, dict[str, str]]:
        """The choices that rows so far asked for and fields do not have, by key and case-folded label."""
        return {key: labels for key, labels in self._compiled.new_options.items() if labels}

    def read(self, cells: Sequence[str]) -> Row:
        """The values of a row with a cell for each of the plan's columns."""
        row = Row()
        values, plan = row.values, self._compiled
        for place, key, heading, convert, kept in plan.simple:
            text = cells[place]
            if not text:
                continue
            try:
                value = kept[text]
            except KeyError:
                value = _convert(text, key, heading, convert, kept)
            if type(value) is Problem:
                row.problems.append(value)
            elif value is not None:
                values[key] = _joined(values[key], value) if key in values else value
        for composed in plan.composed:
            if composed.key not in values and (parts := composed.parts(cells)):
                value = _composed(parts, composed.key, composed.heading, composed.compose)
                if type(value) is Problem:
                    row.problems.append(value)
                elif value is not None:
                    values[composed.key] = value
        for place, key, split in plan.related:
            if cells[place] and (named := split(original(cells[place]))):
                row.related.setdefault(key, []).extend(named)
        for place in plan.ids:
            row.id = row.id or cells[place].strip()
        if "name" not in values:
            row.spare_name = self._spare_name(values)
        return row

    def _spare_name(self, values: dict[str, Any]) -> str:
        for key in ("email", "phone") if self._people else ("domain", "website"):
            if value := values.get(key):
                first = value[0] if isinstance(value, list) else value
                named = person_name("", first) if self._people else company_name_from_domain(first)
                return named or one_line(str(first))
        return ""


def _convert(text: str, key: str, heading: str, convert: Convert, kept: dict[str, Any]) -> Any:
    """A cell's value, a Problem, or None for a blank one."""
    try:
        value = convert(original(text)) if text.strip() else None
    except InvalidInput as error:
        value = Problem(heading, key, error.message)
    if len(kept) >= MAX_KEPT:
        kept.clear()
    kept[text] = value
    return value


def _composed(parts: dict[str, str], key: str, heading: str, compose: Any) -> Any:
    try:
        return compose(parts)
    except InvalidInput as error:
        return Problem(heading, key, error.message)


def _joined(first: Any, second: Any) -> Any:
    """What two columns say of one field: the items of both, of what is a list; else the first counts."""
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *(item for item in second if item not in first)]
    return first
