"""Work on the fields of folders: making, changing, ordering, putting aside, and giving another type.

Only for those with the power `config`. Every change tells an event, brings the computed fields that depend on it up to
date and keeps the SQL views in step. The key of a field is made once and never changes.
"""

from app.records.fieldwork.changing import (
    FieldChanges,
    all_fields,
    archive_field,
    change_field,
    field_seen,
    options_known,
    order_fields,
    restore_field,
)
from app.records.fieldwork.making import NewField, create_field
from app.records.fieldwork.outcomes import TypeChange
from app.records.fieldwork.retyping import change_type, preview_type_change

__all__ = [
    "FieldChanges",
    "NewField",
    "TypeChange",
    "all_fields",
    "archive_field",
    "change_field",
    "change_type",
    "create_field",
    "field_seen",
    "options_known",
    "order_fields",
    "preview_type_change",
    "restore_field",
]
