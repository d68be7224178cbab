"""Saved ways of looking at a folder: views and segments."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class View(SQLModel, table=True):
    """Columns, filter, sort and grouping of a folder. `layout` is `table` or `board`."""

    __table_args__ = (Index("ix_view_folder", "workspace_id", "folder_id", "position"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", cascade=True)
    name: str
    owner_id: str | None = ref("member.id")
    """None: the workspace's own."""
    shared: bool = False
    is_default: bool = False
    layout: str = "table"
    columns: list[str] = Field(default_factory=list, sa_type=Json)
    filter: dict[str, Any] | None = Field(default=None, sa_type=Json)
    sort: list[str] = Field(default_factory=list, sa_type=Json)
    """Field keys, `-` in front for descending."""
    group_by: str | None = None
    position: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)


class ViewPin(SQLModel, table=True):
    """A view that a member keeps at hand, and how many records it showed them when they were last counted.

    `count` goes no further than `app.records.pin_counts` counts; then there are more.
    """

    __tablename__ = "view_pin"

    member_id: str = ref("member.id", primary_key=True, cascade=True)
    view_id: str = ref("view.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    count: int | None = None
    counted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Segment(SQLModel, table=True):
    """A group of records by a filter. A frozen one keeps the members it had at `frozen_at`."""

    __table_args__ = (Index("ix_segment_folder", "workspace_id", "folder_id"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", cascade=True)
    name: str
    filter: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    owner_id: str = ref("member.id")
    frozen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)


class SegmentMember(SQLModel, table=True):
    __tablename__ = "segment_member"

    segment_id: str = ref("segment.id", primary_key=True, cascade=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
