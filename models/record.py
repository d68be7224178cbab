"""Folders and fields, the one record table, and what hangs off a record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class Folder(SQLModel, table=True):
    """Records of one sort. Its `kind` carries behaviour: company, contact, lead, deal, ticket, quote, product, custom.

    `name` is the plural that people read (`Deals`), `singular` one of them (`Deal`, or `Opportunity` if they like).
    """

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    kind: str
    name: str
    singular: str
    duplicates: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """What a likely duplicate meets, by where it comes from (`card`, `api`, `import`, …): `off`, `warn` or `block`."""
    position: int
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class FieldDef(SQLModel, table=True):
    """A field of a folder. `column` names a promoted column of `record`; without one the value is in `data[key]`.

    `key` is made once, from the first name, and never changes: formulas, filters and the API refer to it. `group` is
    the heading it stands under, `unique` is `warn`, `forbid` or empty, `default` what a new record gets. A `fixed`
    field belongs to the kind of its folder: it can be renamed, but neither retyped nor archived. A `computed` one is
    written by Sidenote alone.
    """

    __tablename__ = "field"
    __table_args__ = (UniqueConstraint("folder_id", "key"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id")
    key: str
    name: str
    type: str
    column: str | None = None
    required: bool = False
    unique: str = ""
    default: Any = Field(default=None, sa_type=Json)
    help: str = ""
    group: str = ""
    fixed: bool = False
    computed: bool = False
    options: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    position: int
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Pipeline(SQLModel, table=True):
    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", index=True)
    name: str
    position: int
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Stage(SQLModel, table=True):
    """A step of a pipeline. `outcome` is `open`, `won` or `lost`; `lost` asks for a reason.

    A deal that stands here longer than `stale_after` days is stale. `required` are keys of fields to be filled in
    before a deal enters. An archived stage keeps the history of the deals that went through it.
    """

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    pipeline_id: str = ref("pipeline.id", index=True)
    name: str
    position: int
    probability: int
    outcome: str = "open"
    color: str = ""
    stale_after: int | None = None
    usual_days: float | None = None
    """How long deals that left this stage stood in it, by the median; None until enough of them did."""
    required: list[str] = Field(default_factory=list, sa_type=Json)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


def _where_filled(name: str, column: str) -> Index:
    """Serves lists sorted by a column that most kinds of records leave empty."""
    return Index(name, "folder_id", column, "id", **_only(f"{column} IS NOT NULL"))


SUMMED_UP = ("stage_id", "folder_id", "territory_id", "currency", "amount")


def _open_deals(name: str, *columns: str) -> Index:
    """Of open deals alone, which are few, by their owner."""
    which = "kind = 'deal' AND status = 'open' AND deleted_at IS NULL AND archived_at IS NULL"
    return Index(name, "workspace_id", "owner_id", *columns, **_only(which))


class Record(SQLModel, table=True):
    """A contact, company, deal, lead or anything else. Hot values are columns, the rest is in `data`."""

    __table_args__ = (
        Index("ix_record_folder", "workspace_id", "folder_id", "archived_at", "created_at"),
        Index("ix_record_company", "company_id", "kind", "status"),
        Index("ix_record_owner", "workspace_id", "owner_id", "kind", "last_activity_at"),
        Index("ix_record_stage", "stage_id"),
        Index("ix_record_updated", "folder_id", "updated_at", "id"),
        Index("ix_record_activity", "folder_id", "last_activity_at", "id"),
        _open_deals("ix_record_open_close_on", "close_on", "id"),
        _open_deals("ix_record_open_since", "stage_entered_at", "id", *SUMMED_UP),
        Index("ix_record_merged", "merged_into_id", **_only("merged_into_id IS NOT NULL")),
        _where_filled("ix_record_amount", "amount"),
        _where_filled("ix_record_close_on", "close_on"),
    )

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id")
    kind: str
    name: str
    owner_id: str | None = ref("member.id")
    territory_id: str | None = ref("territory.id")
    company_id: str | None = ref("record.id")
    stage_id: str | None = ref("stage.id")
    stage_entered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    status: str | None = None
    """Deals: `open`, `won`, `lost`. Leads: New, Contacted, …"""
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    probability: int | None = None
    close_on: date | None = None
    priority: str | None = None
    score: int | None = None
    lifecycle: str | None = None
    source: str | None = None
    last_activity_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    next_task_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_email_in_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_email_out_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    emails_in: int = 0
    emails_out: int = 0
    open_deals: int = 0
    open_amount: int = Field(default=0, sa_type=BigInteger)
    """Minor units, of the open deals of a contact or company that are in the workspace's currency."""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_by: str | None = ref("member.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """In the bin since then; nobody sees it, and after 30 days it goes for good."""
    deleted_by: str | None = ref("member.id")
    merged_into_id: str | None = ref("record.id")
    """The record that this one became part of; it is out of everybody's sight, but not in the bin."""
    version: int = 1


class RecordKey(SQLModel, table=True):
    """A normalised address or domain by which mail finds the record. `kind` is `email` or `domain`."""

    __tablename__ = "record_key"
    __table_args__ = (Index("ix_record_key_record", "record_id"),)

    workspace_id: str = ref("workspace.id", primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    original: str
    """As the person wrote it, for display."""


class RecordLink(SQLModel, table=True):
    """Two related records, seen from both sides; `label` says how, e.g. `participant`."""

    __tablename__ = "record_link"
    __table_args__ = (Index("ix_record_link_to", "to_id"),)

    from_id: str = ref("record.id", primary_key=True, cascade=True)
    to_id: str = ref("record.id", primary_key=True, cascade=True)
    label: str = Field(primary_key=True)
    workspace_id: str = ref("workspace.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class FieldChange(SQLModel, table=True):
    """One value that changed, and who changed it. Those of one save share `batch`, and are undone together.

    `key` is a field's key, or `archived_at`, `deleted_at`, or `links` for links that no field shows.
    """

    __tablename__ = "field_change"
    __table_args__ = (Index("ix_field_change_record", "record_id", "changed_at"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    record_id: str = ref("record.id", cascade=True)
    batch: str
    key: str
    old: Any = Field(default=None, sa_type=Json)
    new: Any = Field(default=None, sa_type=Json)
    member_id: str | None = ref("member.id")
    changed_at: datetime = Field(sa_type=UTCDateTime)


class StageChange(SQLModel, table=True):
    """A deal entering a stage: the sales cycle is read from these."""

    __tablename__ = "stage_change"
    __table_args__ = (Index("ix_stage_change_record", "record_id", "entered_at"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    record_id: str = ref("record.id", cascade=True)
    from_stage_id: str | None = ref("stage.id")
    to_stage_id: str = ref("stage.id")
    reason: str | None = None
    member_id: str | None = ref("member.id")
    entered_at: datetime = Field(sa_type=UTCDateTime)


class FirstTouch(SQLModel, table=True):
    """How a person or company came to us. Written once, never changed."""

    __tablename__ = "first_touch"

    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    source: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    touched_at: datetime = Field(sa_type=UTCDateTime)


class LifecycleChange(SQLModel, table=True):
    """A contact, company or lead entering a phase of the customer journey, and the event that proves it."""

    __tablename__ = "lifecycle_change"
    __table_args__ = (Index("ix_lifecycle_change_record", "record_id", "entered_at"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    record_id: str = ref("record.id", cascade=True)
    phase: str
    entered_at: datetime = Field(sa_type=UTCDateTime)
    evidence: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    reverted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class BulkEdit(SQLModel, table=True):
    """A change of many records under way: what, by whom, how far.

    `action` is `edit` (with `values`), `archive`, `delete`, or `undo` of the bulk edit `undoes`; or `merge` or `refuse`
    of duplicates, where `values` has the other records of each item. `state` is `running`, `done` or `undone`. History
    has the changes under this id as their batch.
    """

    __tablename__ = "bulk_edit"

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id")
    member_id: str = ref("member.id")
    action: str = "edit"
    values: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    undoes: str | None = ref("bulk_edit.id")
    total: int
    done: int = 0
    failed: int = 0
    state: str = "running"
    created_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class BulkItem(SQLModel, table=True):
    """A record of a bulk edit. `outcome` is empty until its turn, then `done`, `unchanged` or why it failed."""

    __tablename__ = "bulk_item"
    __table_args__ = (Index("ix_bulk_item_open", "bulk_id", "outcome"), Index("ix_bulk_item_record", "record_id"))

    bulk_id: str = ref("bulk_edit.id", primary_key=True, cascade=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    outcome: str = ""
