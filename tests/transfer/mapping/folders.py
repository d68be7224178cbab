"""Folders as new workspaces have them."""

from app.records.schema import Schema
from app.workspaces.template.fields import FIELDS
from models import FieldDef, Folder


def folder(kind: str, *more: FieldDef) -> Schema:
    """The folder of a kind with its first fields, and others behind them."""
    fields = [
        FieldDef(workspace_id="w", folder_id=kind, position=n, **plan.columns()) for n, plan in enumerate(FIELDS[kind])
    ]
    return Schema(Folder(id=kind, workspace_id="w", kind=kind, name=kind, singular=kind, position=0), (*fields, *more))


def field(key: str, type: str, **options: object) -> FieldDef:
    return FieldDef(
        workspace_id="w", folder_id="f", key=key, name=key.capitalize(), type=type, position=99, options=options
    )
