"""Related records: linked by name and label, parted, and linked again."""

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.hot import reader_of, reading
from app.records.linking import link, unlink
from app.records.picking import Goal, Pick, meant, suggested
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.places import card_at
from gmail_addon.layouts.record.at_a_glance import CUSTOMER
from gmail_addon.layouts.record.related import link_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier, parameter
from gmail_addon.responses import Navigation, Response, autocomplete, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("related")
def open_related(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"related:{id_parameter(visit, 'record')}")))


@shows("customer")
def open_customer(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"{CUSTOMER}:{id_parameter(visit, 'record')}")))


@shows("link_form")
def open_link_form(visit: Visit) -> Response:
    return render_action(push(link_form(visit, record_id=id_parameter(visit, "record"))))


@shows("suggest_linkable")
def suggest_linkable(visit: Visit) -> Response:
    with reading(visit.addon.engine) as reader:
        found = suggested(reader, viewer=visit.viewer, goal=_goal(visit), text=_name(visit))
    return autocomplete(*(pick.label for pick in found))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    """The form, with the records that may have been meant."""
    form, name = visit.event.form, _name(visit)
    several: list[Pick] = []
    if error.field == "name":
        with reading(visit.addon.engine) as reader:
            several = meant(reader, viewer=visit.viewer, goal=_goal(visit), text=name)
    return update(
        link_form(
            visit,
            record_id=id_parameter(visit, "record"),
            folder_id=form.choice("folder") or "",
            name=name,
            label=form.text("relation") or "",
            several=several,
            error=error,
        )
    )


@writes("link", again=_again)
def link_named(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    found = meant(reader_of(session), viewer=visit.viewer, goal=_goal(visit), text=_name(visit))
    if not found:
        raise InvalidInput(t("Record: there is none of this name that you can see."), field="name")
    if len(found) > 1:
        raise InvalidInput(t("Several records have this name: choose one."), field="name")
    return _link(session, visit, found[0].id, visit.event.form.text("relation") or "")


@writes("link_picked", again=_again)
def link_picked(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """Of several of one name, the one that was chosen."""
    return _link(session, visit, id_parameter(visit, "other"), visit.event.form.text("relation") or "")


@writes("relink")
def relink(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    return _link(session, visit, id_parameter(visit, "other"), parameter(visit, "label"))


@writes("unlink")
def part(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id, other_id, label = id_parameter(visit, "record"), id_parameter(visit, "other"), parameter(visit, "label")
    unlink(session, viewer=visit.viewer, record_id=record_id, other_id=other_id, label=label)
    return Done(t("Unlinked"), at=f"related:{record_id}.{other_id}.{label}")


def _link(session: Session, visit: Visit, other_id: str, label: str) -> Done:
    record_id = id_parameter(visit, "record")
    made = link(session, viewer=visit.viewer, record_id=record_id, other_id=other_id, label=label)
    return Done(t("Linked to {name}", name=made.record.name), at=f"related:{record_id}")


def _goal(visit: Visit) -> Goal:
    return Goal(folder_id=identifier(visit.event.form.choice("folder") or ""))


def _name(visit: Visit) -> str:
    return (visit.event.form.text("name") or "").strip()
