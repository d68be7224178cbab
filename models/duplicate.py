"""Records that may be one and the same, and those that became one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, part_of, ref


class DuplicatePair(SQLModel, table=True):
    """Two records that may be the same person or company; `first_id` is the smaller id.

    `state` is `open`, `refused` (a person said that they are two) or `merged`. `score` is a probability from 0 to 1,
    `reasons` the evidence for it: `[{"field", "weight", …}]`.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        Index("ix_duplicate_pair_state", "workspace_id", "state", "score"),
        Index("ix_duplicate_pair_second", "second_id"),
    )

    first_id: str = ref("record.id", primary_key=True, cascade=True)
    second_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    score: float
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    state: str = "open"
    found_at: datetime = Field(sa_type=UTCDateTime)
    decided_by: str | None = ref("member.id")
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class DuplicateDue(SQLModel, table=True):
    """A record that changed since its duplicates were looked for, or one that is gone meanwhile.

    Without foreign keys, whose checks cost an import a tenth of its time.
    """

    __tablename__ = "duplicate_due"

    record_id: str = part_of(primary_key=True)
    workspace_id: str = part_of()


class DuplicateModel(SQLModel, table=True):
    """What the search for duplicates learned from the records of one family: what each likeness of a field weighs.

    `family` is `people`, `company`, or the folder whose records are compared with each other alone.
    """

    __tablename__ = "duplicate_model"

    workspace_id: str = ref("workspace.id", primary_key=True)
    family: str = Field(primary_key=True)
    learned: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    learned_at: datetime = Field(sa_type=UTCDateTime)


class Merge(SQLModel, table=True):
    """Records that became one, `into_id`; `choices` says whose value each field took. Undone at most once."""

    __table_args__ = (Index("ix_merge_into", "into_id"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    into_id: str = ref("record.id", cascade=True)
    member_id: str = ref("member.id")
    choices: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    merged_at: datetime = Field(sa_type=UTCDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_by: str | None = ref("member.id")


class MergeMove(SQLModel, table=True):
    """A row that a merge moved to the record that stays, changed or removed there.

    `key` is its primary key afterwards, `row` and `changed` the columns that changed, as they were and as they became
    (of `data`: those of its keys). Of a row that was removed, `row` holds all columns, and there is no `key`.
    """

    __tablename__ = "merge_move"
    __table_args__ = (Index("ix_merge_move_merge", "merge_id", "position"),)

    id: str = id_field()
    merge_id: str = ref("merge.id", cascade=True)
    workspace_id: str = ref("workspace.id")
    position: int
    table_name: str
    row: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    key: dict[str, Any] | None = Field(default=None, sa_type=Json)
    changed: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
