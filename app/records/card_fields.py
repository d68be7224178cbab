"""Which fields the cards of a folder show, in which order: by role, for everybody, or as suits the kind of record."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.catalog import Catalog
from app.records.schema import Schema, folder_seen, schema_of, schema_seen
from app.workspaces.access import Viewer, require_power
from models import CardLayout, FieldDef, Folder, Role

FEWEST, MOST = 4, 8
USUAL = {
    "contact": ("company", "email", "phone", "lifecycle", "owner", "tags"),
    "company": ("domain", "phone", "industry", "lifecycle", "open_amount", "owner", "tags"),
    "lead": ("company_name", "email", "phone", "status", "score", "source", "owner"),
    "deal": ("amount", "close_on", "company", "probability", "next_step", "owner"),
    "ticket": ("number", "status", "priority", "type", "contact", "company", "owner"),
    "quote": ("number", "status", "amount", "valid_until", "deal", "contact", "owner"),
    "product": ("sku", "price", "tax_percent", "active"),
}


def card_fields(catalog: Catalog, *, viewer: Viewer, folder: Folder) -> Sequence[FieldDef]:
    """The fields of a card of this folder, as far as the viewer may know of them; no statement.

    What is arranged for the first of the viewer's roles that has an arrangement goes before that for everybody.
    """
    schema = schema_seen(catalog, viewer=viewer, folder=folder)
    arranged = [catalog.layouts.get((folder.id, role_id)) for role_id in (*viewer.access.roles, None)]
    keys = next((keys for keys in arranged if keys), None) or usual_keys(schema)
    fields = {field.key: field for field in schema.fields}
    return [fields[key] for key in keys if key in fields]


def usual_keys(schema: Schema) -> Sequence[str]:
    """What suits the kind; of a folder of one's own, its first fields but the name."""
    if schema.folder.kind in USUAL:
        return USUAL[schema.folder.kind]
    return [field.key for field in schema.fields if field.column != "name"][:MOST]


def arrange_card(session: Session, *, viewer: Viewer, folder_id: str, keys: Sequence[str], role_id: str | None) -> None:
    """Have cards of a folder show these fields: for members of a role, or for everybody. No keys: as usual again.

    Raises InvalidInput for fewer than 4 or more than 8, or a field that is not there.
    """
    require_power(viewer, "config")
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    schema = schema_of(session, folder=folder)
    wanted = [schema.field(key).key for key in dict.fromkeys(keys)]
    if wanted and not min(FEWEST, len(schema.fields)) <= len(wanted) <= MOST:
        raise InvalidInput(f"fields: choose {FEWEST} to {MOST} of them.", field="fields")
    _check_role(session, viewer, role_id)
    layout = session.scalar(
        select(CardLayout).where(col(CardLayout.folder_id) == folder.id, col(CardLayout.role_id) == role_id)
    )
    if not wanted:
        if layout:
            session.delete(layout)
    elif layout:
        layout.fields = wanted
    else:
        here = viewer.workspace_id
        session.add(CardLayout(id=new_id(), workspace_id=here, folder_id=folder.id, role_id=role_id, fields=wanted))
    data = {"role_id": role_id, "fields": wanted}
    emit(
        session,
        "card.arranged",
        workspace_id=viewer.workspace_id,
        subject_id=folder.id,
        actor_id=viewer.member_id,
        data=data,
    )


def card_layouts(session: Session, *, viewer: Viewer, folder_id: str) -> Sequence[CardLayout]:
    """What is arranged for the cards of a folder, that for everybody first."""
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    query = select(CardLayout).where(col(CardLayout.folder_id) == folder.id)
    return session.scalars(query.order_by(col(CardLayout.role_id).is_not(None), col(CardLayout.id))).all()


def _check_role(session: Session, viewer: Viewer, role_id: str | None) -> None:
    if role_id is None:
        return
    role = session.get(Role, role_id)
    if role is None or role.workspace_id != viewer.workspace_id:
        raise NotFound("This role does not exist.", field="role_id")
