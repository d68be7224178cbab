"""Files on their way into a folder: what they hold, how it is understood, and what became of each row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class Import(SQLModel, table=True):
    """A file taken in. `state` is `reading`, `ready`, `checking`, `checked`, `running`, `done`, `undoing`, `undone`
    or `failed` (with `problem`).

    `layout` says how the file was read (encoding, delimiter, sheet, …), `plan` what its columns mean and what happens
    to rows that are there already. The counts are those of the check until the import runs. History has the changes
    under this id as their batch.
    """

    __tablename__ = "data_import"
    __table_args__ = (Index("ix_data_import_workspace", "workspace_id", "id"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", cascade=True)
    member_id: str = ref("member.id")
    file_name: str
    headings: list[str] = Field(default_factory=list, sa_type=Json)
    layout: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    plan: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "reading"
    problem: str = ""
    total: int = 0
    handled: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ImportBatch(SQLModel, table=True):
    """Some hundred rows of a file, in its order, and what became of them: done as one transaction.

    `rows` are `[number in the file, why it cannot be trusted, cell, cell, …]`; `verdicts` what a check says of each,
    `outcomes` what was done with each: `[action, record id, reason]`, and the ids of related records that were made for
    the row. `state` is `waiting`, `checked`, `done` or `undone`.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_state", "import_id", "state", "number"),)

    import_id: str = ref("data_import.id", primary_key=True, cascade=True)
    number: int = Field(primary_key=True)
    workspace_id: str = ref("workspace.id")
    first_row: int
    """The row of the file, counted from 1 with its headings, that `rows` begin with."""
    rows: list[list[Any]] = Field(default_factory=list, sa_type=Json)
    verdicts: list[Any] | None = Field(default=None, sa_type=Json)
    outcomes: list[Any] | None = Field(default=None, sa_type=Json)
    state: str = "waiting"


class ImportPlan(SQLModel, table=True):
    """How a file with these headings was understood the last time, to be proposed for the next one."""

    __tablename__ = "import_plan"
    __table_args__ = (UniqueConstraint("folder_id", "headings"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", cascade=True)
    headings: str = Field(max_length=64)
    """A digest of them."""
    plan: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    used_at: datetime = Field(sa_type=UTCDateTime)


class Erasure(SQLModel, table=True):
    """That a person's data was erased: what went, by whom. Once it is `done`, nothing here tells who the person was.

    `state` is `running` or `done`; `target` says until then what to look for, and where. `counts` are rows by what they
    were. `ErasedAddress` keeps keyed hashes of the addresses: a later import or mail does not bring the person back
    unnoticed.
    """

    id: str = id_field()
    workspace_id: str = ref("workspace.id", index=True)
    member_id: str = ref("member.id")
    state: str = "running"
    target: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    total: int = 0
    handled: int = 0
    """Of `total`, the rows that were found beforehand."""
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    started_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ErasedAddress(SQLModel, table=True):
    """The keyed hash of an erased person's address, for looking it up."""

    __tablename__ = "erased_address"

    workspace_id: str = ref("workspace.id", primary_key=True)
    digest: str = Field(primary_key=True, max_length=64)
    erasure_id: str = ref("erasure.id", cascade=True)
