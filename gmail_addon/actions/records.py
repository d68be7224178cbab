"""Records of any folder: opening their form, and saving it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.hot import Reader, reader_of, reading
from app.records.deals import create_staged, move_stage
from app.records.duplicates import likely_duplicates
from app.records.duplicates.policy import OFF, DuplicateRecord, mode_for
from app.records.fields import is_empty, type_of
from app.records.identity import PEOPLE, possible_companies, possible_duplicates
from app.records.linking import link
from app.records.picking import by_ids
from app.records.schema import folder_seen
from app.records.seen import Seen, seen_by_id
from app.records.service import record_to_change, update_record
from app.records.stage_entry import FieldsMissing
from app.records.uniqueness import Taken, duplicates_noticed
from app.workspaces.access import may, require_create
from gmail_addon.actions.contacts import newcomers
from gmail_addon.actions.from_mail import take_mail, thread_to_take
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.actions.resolving import Asked, values_of
from gmail_addon.field_inputs import Input, RecordInput
from gmail_addon.form_making import edit_form, fields_form, new_form, refused_form
from gmail_addon.layouts.forms.record_form import Question, folder_chooser
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier, parameter
from gmail_addon.record_form import LOST, TAKES_MAIL, RecordForm, digest, known_folder, sent_form, values_in
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.text import NOTHING, plain
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Record

PRESET, RELATED, CARD = "preset.", "related", "card"
_SHOWN = 80


class Changed(InvalidInput):
    """Others changed what the form shows, after it was drawn."""


@shows("new_record")
def new_record(visit: Visit) -> Response:
    """The form of a new record in `folder`, or of a `kind`; without either, the choice of folders.

    Parameters that begin with `preset.` fill in fields; `about` is the id of a record to link it to.
    """
    given = visit.event.parameters
    of_kind = visit.catalog.folder_of(given["kind"]) if given.get("kind") else None
    if not given.get("folder") and of_kind is None:
        return render_action(push(folder_chooser(visit)))
    folder = of_kind or known_folder(visit, id_parameter(visit, "folder"))
    require_create(visit.viewer, folder.id)
    presets = {name.removeprefix(PRESET): text for name, text in given.items() if name.startswith(PRESET)}
    about = identifier(given["about"]) if given.get("about") else ""
    with reading(visit.addon.engine) as reader:
        return render_action(push(new_form(visit, reader, folder=folder, presets=presets, about=about)))


@shows("edit_record")
def edit_record(visit: Visit) -> Response:
    with reading(visit.addon.engine) as reader:
        return render_action(push(edit_form(visit, reader, record=record_to_edit(visit, reader))))


@shows("edit_field")
def edit_field(visit: Visit) -> Response:
    """A form of the one field whose key is `field`."""
    with reading(visit.addon.engine) as reader:
        record = record_to_edit(visit, reader)
        return render_action(push(fields_form(visit, reader, record=record, keys=[parameter(visit, "field")])))


def record_to_edit(visit: Visit, reader: Reader) -> Seen:
    record = seen_by_id(reader, viewer=visit.viewer, record_id=id_parameter(visit, "id"))
    if record is None:
        raise NotFound("This record does not exist, or you have no access to it.")
    if not may(visit.viewer, "edit", record):
        raise Forbidden(f"{record.name} belongs to someone else: ask its owner or an admin to change it.")
    return record


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    """The form as it was filled in, with inputs for what it turned out to need, too."""
    form = sent_form(visit)
    missing = error.missing if isinstance(error, FieldsMissing) else [error.field] if error.field else []
    if error.field in LOST and form.typed.get("stage"):
        form = replace(form, stage=visit.catalog.stages.get(form.typed["stage"][0]))
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=form.record_id) if form.record_id else None
        again = refused_form(
            visit,
            reader,
            form=form,
            record=record,
            error=error,
            missing=missing,
            question=error.question if isinstance(error, Asked) else None,
            afresh=isinstance(error, Changed),
        )
    return update(again)


def _mail(visit: Visit) -> Opened | None:
    return thread_to_take(visit) if visit.event.parameters.get(TAKES_MAIL) else None


@writes("save_record", prepare=_mail, again=_again)
def save_record(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """What the person typed or chose into a new record, or what they changed into the one shown."""
    form = sent_form(visit)
    try:
        record = _change(session, visit, form) if form.record_id else _create(session, visit, form, opened)
    except (Taken, DuplicateRecord) as error:
        raise _taken(session, visit, error) from None
    except Conflict as error:
        raise InvalidInput(error.message, field=error.field) from None
    _ask_about_noticed(session, visit, form, record)
    then = visit.event.parameters.get("then", "")
    more = f"form:{record.id}:{then}" if then else None
    if form.stage:
        return Done(t("{deal} moved to {stage}", deal=record.name, stage=t(form.stage.name)))
    if form.record_id:
        back = f"record:{record.id}" if form.page else None
        return Done(t("{name} is saved", name=record.name), at=more or back)
    beside = visit.at if opened else f"record:{record.id}"
    return Done(t("{name} is now in Sidenote", name=record.name), at=more or beside)


def _create(session: Session, visit: Visit, form: RecordForm, opened: Opened | None) -> Record:
    folder = folder_seen(session, viewer=visit.viewer, folder_id=form.folder.id)
    require_create(visit.viewer, folder.id)
    _ask_about_similar(session, visit, form)
    said = [one for one in form.inputs if one.is_said(form.typed[one.key]) or _was_filled(form, one)]
    values = values_of(session, visit, form, said, {})
    if not values.get("stage"):
        values.pop("stage", None)
    new = newcomers(session, visit, opened, values) if folder.kind == "deal" else []
    record = create_staged(session, viewer=visit.viewer, folder=folder, values=values, contact_ids=new, via=CARD)
    take_mail(session, visit, opened, record)
    if form.about and may(visit.viewer, "edit", record):
        session.flush()
        link(session, viewer=visit.viewer, record_id=record.id, other_id=form.about, label=RELATED)
    return record


def _was_filled(form: RecordForm, one: Input) -> bool:
    """Whether it was drawn with something: emptied, it must not come back as a default."""
    return form.base.get(one.key, digest(())) != digest(())


def _ask_about_similar(session: Session, visit: Visit, form: RecordForm) -> None:
    """Raises Asked for people and companies that may be in Sidenote already, once; unless the folder wants no such."""
    if mode_for(form.folder, via=CARD) == OFF:
        return
    name, email, domain = ("".join(form.typed.get(key, ())) for key in ("name", "email", "domain"))
    if form.folder.kind in PEOPLE:
        first = email.split(",")[0].strip()
        found = possible_duplicates(session, viewer=visit.viewer, name=name, email=first)
    else:
        found = possible_companies(session, viewer=visit.viewer, name=name, domain=domain)
    typed = {key: "".join(values) for key, values in form.typed.items() if any(values)}
    likely = likely_duplicates(session, viewer=visit.viewer, folder=form.folder, values=typed)
    ids = list(dict.fromkeys([*(one.record_id for one in likely), *(record.id for record in found)]))
    if not form.sure.issuperset(ids):
        picks = by_ids(reader_of(session), viewer=visit.viewer, ids=ids)
        similar = [picks[id] for id in ids if id in picks]
        question = Question(similar=similar, sure=frozenset(ids))
        raise Asked(t("Is this already in Sidenote?"), question)


def _ask_about_noticed(session: Session, visit: Visit, form: RecordForm, record: Record) -> None:
    """Raises Asked for values that other records have, too, once for each."""
    noticed = duplicates_noticed(session, record=record)
    marks = frozenset(one.record_id or f"?{one.key}" for one in noticed)
    if marks <= form.sure:
        return
    picks = by_ids(reader_of(session), viewer=visit.viewer, ids=[one.record_id for one in noticed if one.record_id])
    question = Question(similar=list(picks.values()), sure=marks)
    raise Asked(" ".join(one.message for one in noticed), question, field=noticed[0].key)


def _taken(session: Session, visit: Visit, error: Taken | DuplicateRecord) -> Asked:
    known = by_ids(reader_of(session), viewer=visit.viewer, ids=[str(error.details.get("record_id", ""))])
    return Asked(error.message, Question(similar=list(known.values())), field=error.field)


def _change(session: Session, visit: Visit, form: RecordForm) -> Record:
    """Write what the person changed. Raises Changed when others changed something that the form shows."""
    record = record_to_change(session, viewer=visit.viewer, record_id=form.record_id)
    reader = reader_of(session)
    seen = seen_by_id(reader, viewer=visit.viewer, record_id=record.id)
    if seen is None or seen.folder_id != form.folder.id:
        raise NotFound("This form is out of date: open the record again.")
    now = values_in(reader, visit, seen, form.inputs)
    mine = [one for one in form.inputs if digest(form.typed[one.key]) != form.base.get(one.key)]
    theirs = [one for one in form.inputs if digest(one.shown(now[one.key])) != form.base.get(one.key)]
    if mine and theirs:
        raise Changed(_told(visit, theirs, now))
    values = values_of(session, visit, form, mine, now)
    stage_id = values.pop("stage", None) or (form.stage.id if form.stage else None)
    if stage_id:
        return _move(session, visit, form, str(stage_id), values)
    if not values:
        return record
    return update_record(session, viewer=visit.viewer, record_id=record.id, values=values, via=CARD)


def _move(session: Session, visit: Visit, form: RecordForm, stage_id: str, values: Mapping[str, object]) -> Record:
    stage = visit.catalog.stages.get(stage_id)
    told = {key: "".join(form.typed.get(key, ())) for key in LOST} if stage and stage.outcome == "lost" else {}
    return move_stage(
        session,
        viewer=visit.viewer,
        deal_id=form.record_id,
        stage_id=stage_id,
        reason=told.get("lost_reason"),
        note=told.get("lost_note"),
        values={key: value for key, value in values.items() if key not in told},
    )


def _told(visit: Visit, theirs: Sequence[Input], now: Mapping[str, Any]) -> str:
    changes = [
        t("{field} is now {value}.", field=one.field.name, value=_said(visit, one, now[one.key])) for one in theirs
    ]
    return t("Someone changed this meanwhile. {changes} Save again to go on.", changes=" ".join(changes))


def _said(visit: Visit, one: Input, value: Any) -> str:
    if is_empty(value):
        return NOTHING
    if isinstance(one, RecordInput):
        return plain(", ".join(pick.name for pick in value), _SHOWN)
    names = {member.id: member.name for member in visit.catalog.members.values()}
    names |= {stage.id: t(stage.name) for stage in visit.catalog.stages.values()}
    return plain(type_of(one.field).show(one.field, value, replace(visit.formats, names=names)), _SHOWN)
