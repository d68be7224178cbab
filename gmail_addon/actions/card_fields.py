"""Which fields cards show: arranged for everybody or for a role."""

from sqlmodel import Session

from app.core.database import confine, transaction
from app.core.errors import InvalidInput
from app.records.card_fields import MOST, arrange_card
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.places import card_at
from gmail_addon.layouts.settings.card_fields import (
    CARD_FIELDS,
    CARD_FOLDERS,
    EVERYBODY,
    FIELD,
    NOTHING,
    ROLE,
    fields_card,
)
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("card_folders")
def open_folders(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"{CARD_FOLDERS}:")))


@shows("card_fields")
def open_fields(visit: Visit) -> Response:
    """A folder's, for everybody; or, once there is a form, for whom its list says."""
    role = visit.event.form.choice(ROLE)
    shown = card_at(visit, f"{CARD_FIELDS}:{id_parameter(visit, 'folder')}.{'' if role in (None, EVERYBODY) else role}")
    return render_action(push(shown) if role is None else update(shown))


def _again(visit: Visit, error: InvalidInput) -> Navigation:
    folder_id, role_id = _place(visit)
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        at = visit.standing(f"{CARD_FIELDS}:{folder_id}.{role_id}")
        return update(
            fields_card(session, at, folder_id=folder_id, role_id=role_id, chosen=_chosen(visit), error=error)
        )


@writes("save_card_fields", again=_again)
def save(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    keys = _chosen(visit)
    if not keys:
        raise InvalidInput(t("Fields: choose some."), field=FIELD)
    return _arranged(session, visit, keys)


@writes("usual_card_fields")
def reset(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    return _arranged(session, visit, [])


def _arranged(session: Session, visit: Visit, keys: list[str]) -> Done:
    folder_id, role_id = _place(visit)
    arrange_card(session, viewer=visit.viewer, folder_id=folder_id, keys=keys, role_id=role_id or None)
    return Done(t("Cards show these fields from now on"), at=f"{CARD_FIELDS}:{folder_id}.{role_id}")


def _place(visit: Visit) -> tuple[str, str]:
    role = visit.event.parameters.get("role", "")
    return id_parameter(visit, "folder"), identifier(role) if role else ""


def _chosen(visit: Visit) -> list[str]:
    said = (visit.event.form.choice(f"{FIELD}{place}") for place in range(MOST))
    return [key for key in said if key and key != NOTHING]
