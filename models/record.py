"""Folders and fields, the one record table, and what hangs off a record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class Folder(SQLModel, table=True):
    """A collection of records. Its `kind` carries behaviour: contact, company, lead, deal, custom."""

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    kind: str
    name: str
    position: int
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class FieldDef(SQLModel, table=True):
    """A field of a folder. `column` names a promoted column of `record`; without one the value is in `data[key]`."""

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
    options: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    position: int


class Pipeline(SQLModel, table=True):
    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", index=True)
    name: str
    position: int


class Stage(SQLModel, table=True):
    """A step of a pipeline. `outcome` is `open`, `won` or `lost`; `lost` asks for a reason."""

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    pipeline_id: str = ref("pipeline.id", index=True)
    name: str
    position: int
    probability: int
    outcome: str = "open"


class Record(SQLModel, table=True):
    """A contact, company, deal, lead or anything else. Hot values are columns, the rest is in `data`."""

    __table_args__ = (
        Index("ix_record_folder", "workspace_id", "folder_id", "archived_at", "created_at"),
        Index("ix_record_company", "company_id", "kind", "status"),
        Index("ix_record_owner", "workspace_id", "owner_id", "kind"),
        Index("ix_record_stage", "stage_id"),
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
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_by: str | None = ref("member.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
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
    """One value that changed, and who changed it."""

    __tablename__ = "field_change"
    __table_args__ = (Index("ix_field_change_record", "record_id", "changed_at"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    record_id: str = ref("record.id", cascade=True)
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
