"""The plan of an import: what each column means, how its cells are written, what happens to records that are there."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.transfer.reading.source import MAX_COLUMNS

Dates = Literal["dmy", "mdy", "ymd", "excel"]
Match = Annotated[str, StringConstraints(pattern=r"^(id|email|phone|domain|name|field:[a-z][a-z0-9_]*)$")]
RECORD_ID = "id"
"""Stands where a field's key does: the column has the ids of Sidenote's own records."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Format(Strict):
    """How the cells of a column are written. What is left out is worked out cell by cell where that is certain."""

    dates: Dates | None = None
    """The order of day, month and year; `excel` for days counted from 1899-12-30."""
    decimal: Literal[".", ","] | None = None
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    """Of amounts that do not say (ISO 4217)."""
    region: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    """Of phone numbers without a country code (ISO 3166-1)."""
    separator: str | None = Field(default=None, min_length=1, max_length=5)
    """Between the items of a cell that holds several."""
    countries: bool = False
    """Whether names of countries become their codes: `Germany` -> `DE`."""


class NewField(Strict):
    """A field to be made for a column."""

    name: str = Field(min_length=1, max_length=100)
    type: str
    options: dict[str, Any] = Field(default_factory=dict)


class Link(Strict):
    """How the record is found that a cell names: by its id, an address, a domain or its name.

    `create`: whether one that is not found is made; left out, the plan's `create_related` says.
    """

    by: Literal["any", "id", "email", "domain", "name"] = "any"
    create: bool | None = None


class Column(Strict):
    """What a column of the file means: a field's key, `id` for a record's own id, or nothing.

    Several columns may fill one field: parts of a name (`prefix`, `first`, `middle`, `last`, `suffix`) or of an address
    (`street`, `city`, `region`, `postal_code`, `country`), and the addresses, numbers or tags of a list.
    `create` is a field to be made for a column that none of the folder's fields fits.
    """

    heading: str
    field: str | None = None
    part: str = ""
    format: Format = Field(default_factory=Format)
    create: NewField | None = None
    link: Link | None = None
    notes: list[str] = Field(default_factory=list)
    """What a person should look at before the import runs, such as dates that could be read either way."""


class Plan(Strict):
    """`match` are tried in order: the first by which a record is found decides. `on_match` says what happens to it."""

    columns: list[Column] = Field(max_length=MAX_COLUMNS)
    match: list[Match] = Field(default_factory=list, max_length=20)
    on_match: Literal["update", "fill", "skip", "create"] = "update"
    create_fields: bool = False
    """Whether fields that columns have under `create` are made; else those columns are left out."""
    create_options: bool = False
    """Whether choices that a dropdown does not have yet are added to it; else their rows are refused."""
    create_related: bool = False
    duplicates: Literal["off", "warn", "block"] | None = None
    """What a likely duplicate of a new record meets; left out, what the folder says of imports."""
    product: str = ""
    """The program that made the file, where its headings tell."""
