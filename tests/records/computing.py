"""Fields that tests compute with: made as an admin would, through the one door for computed values."""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.ids import new_id
from app.records.computed import field_saved
from app.records.schema import folder_of_kind
from models import FieldDef, Record
from tests.cast import Cast
from tests.conftest import Database


def add_field(session: Session, cast: Cast, kind: str, key: str, type: str, **options: Any) -> FieldDef:
    folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind=kind)
    last = session.scalar(select(func.max(FieldDef.position)).where(col(FieldDef.folder_id) == folder.id)) or 0
    field = FieldDef(
        id=new_id(),
        workspace_id=cast.workspace_id,
        folder_id=folder.id,
        key=key,
        name=key.replace("_", " ").capitalize(),
        type=type,
        computed=type in ("formula", "rollup"),
        options=options,
        position=last + 1,
    )
    field_saved(session, field=field)
    return field


def formula(session: Session, cast: Cast, kind: str, key: str, text: str) -> FieldDef:
    return add_field(session, cast, kind, key, "formula", formula=text)


def value(database: Database, record_id: str, key: str) -> Any:
    with transaction(database.engine, read_only=True) as session:
        return session.get_one(Record, record_id).data.get(key)
