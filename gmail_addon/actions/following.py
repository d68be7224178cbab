"""Following a record, and no more."""

from sqlmodel import Session

from app.records.service import get_record
from app.timeline.following import follow, unfollow
from gmail_addon.actions.registry import Done, writes
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@writes("follow")
def start(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id = id_parameter(visit, "record")
    follow(session, viewer=visit.viewer, record_id=record_id)
    name = get_record(session, viewer=visit.viewer, record_id=record_id).name
    return Done(t("You will be told what others do to {name}", name=name))


@writes("unfollow")
def stop(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id = id_parameter(visit, "record")
    unfollow(session, viewer=visit.viewer, record_id=record_id)
    name = get_record(session, viewer=visit.viewer, record_id=record_id).name
    return Done(t("You follow {name} no more", name=name))
