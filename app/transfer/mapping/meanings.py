"""Which field of a folder a heading means."""

from collections.abc import Sequence

from app.core.errors import SidenoteError
from app.records.fields import type_of, value_type
from app.records.reading import REFERENCES
from app.records.schema import Schema
from app.transfer.mapping.evidence import are_countries, type_of_cells
from app.transfer.mapping.plan import Column, Link
from app.transfer.mapping.products import Product
from app.transfer.mapping.words import plain, target_of

SEVERAL = ("email", "phone", "tags", "file", "records", "users")
"""Types of fields that more than one column may fill."""
_INSTEAD = {("lead", "company"): "company_name", ("ticket", "contacts"): "contact", ("quote", "contacts"): "contact"}
"""What some kinds of folders have in the place of a target."""


class Meanings:
    """The columns of one file, one after the other: a field that holds one value is given to one column."""

    def __init__(self, schema: Schema, product: Product | None) -> None:
        self._schema, self._product = schema, product
        self._given: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._named = {plain(field.name): field.key for field in reversed(schema.fields)}
        self._named |= {plain(field.key): field.key for field in schema.fields if plain(field.key) not in self._named}

    def column(self, heading: str, cells: Sequence[str]) -> Column:
        target = self._target(heading)
        if target == "":
            self._left_out.add(heading)
            return Column(heading=heading)
        key, _, part = (target or "").partition(".")
        if part in ("city", "region") and are_countries(cells):
            part = "country"
        if not self._holds(key, part) and (found := self._by_cells(cells)):
            key, part = found, ""
        if not self._holds(key, part):
            return Column(heading=heading)
        if self._is_taken(key, part):
            self._left_out.add(heading)
            note = f"{self._schema.field(key).name} is filled from {self._given[key]} already."
            return Column(heading=heading, notes=[note])
        self._given.setdefault(key, heading)
        link = Link() if value_type(self._schema.field(key)).family in REFERENCES else None
        return Column(heading=heading, field=key, part=part, link=link)

    def is_unknown(self, column: Column) -> bool:
        """Whether nothing fits the column, so that a field might be made for it."""
        return column.field is None and column.heading not in self._left_out

    def _target(self, heading: str) -> str | None:
        """A field's key, with a part behind a point; empty for what is to be left out, None for what is not known."""
        kind, product = self._schema.folder.kind, self._product
        if product and (told := product.target(heading)) is not None:
            return _INSTEAD.get((kind, told), told)
        bare = product.bare(heading, kind) if product else heading
        if named := self._named.get(plain(bare)):
            return named
        meant = target_of(bare, kind)
        return _INSTEAD.get((kind, meant), meant) or None

    def _holds(self, key: str, part: str) -> bool:
        if not key:
            return False
        try:
            field = self._schema.writable(key)
        except SidenoteError:
            return False
        return not part or field.column == "name" or field.type == "address"

    def _is_taken(self, key: str, part: str) -> bool:
        """A full name and a full address stand beside their parts."""
        return not part and key in self._given and type_of(self._schema.field(key)).name not in (*SEVERAL, "address")

    def _by_cells(self, cells: Sequence[str]) -> str:
        """The folder's field of addresses or numbers for a column that is full of those; never one in use already."""
        type, _ = type_of_cells(cells)
        if type not in ("email", "phone"):
            return ""
        return next((field.key for field in self._schema.fields if field.type == type and not field.computed), "")
