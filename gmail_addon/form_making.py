"""Forms of records, filled in: for a new record, for one to be changed, and as they come back when refused."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.errors import InvalidInput, SidenoteError
from app.core.hot import Reader
from app.records.fields import is_empty, parse_value, type_of
from app.records.picking import by_ids, leads_there
from app.records.seen import Seen
from gmail_addon.card_types import Card
from gmail_addon.field_inputs import Input, RecordInput, TextInput, Typed, inputs_of
from gmail_addon.layouts.forms.record_form import Question, pages_of, record_form
from gmail_addon.parameters import is_identifier
from gmail_addon.record_form import (
    LOST,
    RecordForm,
    digests,
    inputs_for,
    picked_from,
    picks_of,
    require_inputs,
    schema_for,
    values_in,
)
from gmail_addon.visit import Visit
from models import Folder, Stage


def new_form(
    visit: Visit,
    reader: Reader,
    *,
    folder: Folder,
    presets: Mapping[str, str],
    about: str = "",
    takes_mail: bool = False,
) -> Card:
    """An empty form but for defaults and `presets` by field key: texts as people write them, or ids.

    `about` is the id of a record that the new one is to be linked to: by the first field that leads there, or else
    with a link of its own. `takes_mail` as in RecordForm. Two statements at most.
    """
    inputs = inputs_of(visit, schema_for(visit, folder))
    require_inputs(inputs)
    given = {one.key: presets.get(one.key) or "" for one in inputs}
    linking = _field_for(visit, reader, inputs, about)
    if linking:
        given[linking.key] = given[linking.key] or about
    ids = {one.key: _ids_in(given[one.key]) for one in inputs if isinstance(one, RecordInput)}
    values: dict[str, Any] = {one.key: _first(visit, one, given[one.key]) for one in inputs if one.key not in ids}
    filled = _written(_filled(folder, inputs, values | picks_of(reader, visit, ids)), given)
    form, oversized = _page(replace(filled, takes_mail=takes_mail), 0)
    return record_form(visit, replace(form, about="" if linking else about), oversized=oversized)


def edit_form(visit: Visit, reader: Reader, *, record: Seen, page: int = 0) -> Card:
    """A record with the fields of one page; two statements at most."""
    folder = visit.catalog.folders[record.folder_id]
    inputs = inputs_of(visit, schema_for(visit, folder))
    require_inputs(inputs)
    values = values_in(reader, visit, record, inputs)
    form, oversized = _page(replace(_filled(folder, inputs, values), record_id=record.id), page)
    return record_form(visit, form, name=record.name, oversized=oversized)


def fields_form(
    visit: Visit,
    reader: Reader,
    *,
    record: Seen,
    keys: Sequence[str],
    stage: Stage | None = None,
    error: SidenoteError | None = None,
) -> Card:
    """A record with these fields alone; `stage` is the one that it moves to with them. Two statements at most."""
    folder = visit.catalog.folders[record.folder_id]
    inputs = inputs_for(visit, schema_for(visit, folder), keys, stage=stage)
    require_inputs(inputs)
    form = _filled(folder, inputs, values_in(reader, visit, record, inputs))
    return record_form(visit, replace(form, record_id=record.id, stage=stage), name=record.name, error=error)


def missing_for(visit: Visit, reader: Reader, *, record: Seen, stage: Stage) -> list[str]:
    """Keys of the fields that the stage asks for, that are empty, and that the viewer may fill in."""
    lost = LOST if stage.outcome == "lost" else ()
    schema = schema_for(visit, visit.catalog.folders[record.folder_id])
    inputs = inputs_for(visit, schema, [*lost, *stage.required], stage=stage)
    values = values_in(reader, visit, record, inputs)
    return [one.key for one in inputs if one.key in lost or is_empty(values[one.key])]


def refused_form(
    visit: Visit,
    reader: Reader,
    *,
    form: RecordForm,
    record: Seen | None,
    error: SidenoteError,
    missing: Sequence[str] = (),
    question: Question | None = None,
    afresh: bool = False,
) -> Card:
    """The form with what was typed, the error above, and inputs for fields that are `missing` on it.

    `afresh`: others changed the record. What the person did not touch takes the new values.
    """
    schema = schema_for(visit, form.folder)
    more = [key for key in missing if form.input(key) is None]
    grown = inputs_for(visit, schema, [*(one.key for one in form.inputs), *more], stage=form.stage)
    if record and (more or afresh):
        form = _renewed(visit, reader, form, record, grown, afresh=afresh)
    elif more:
        first = {one.key: one.shown(None) for one in grown if one.key in more}
        form = replace(form, inputs=grown, typed={**first, **form.typed})
    return record_form(visit, form, name=record.name if record else "", error=error, question=question)


def _renewed(
    visit: Visit, reader: Reader, form: RecordForm, record: Seen, inputs: tuple[Input, ...], *, afresh: bool
) -> RecordForm:
    now = _filled(form.folder, inputs, values_in(reader, visit, record, inputs))
    kept = {
        key: typed
        for key, typed in form.typed.items()
        if not afresh or digests({key: typed})[key] != form.base.get(key)
    }
    base = now.base if afresh else {**now.base, **form.base}
    picked = {key: {**now.picked.get(key, {}), **form.picked.get(key, {})} for key in {*now.picked, *form.picked}}
    return replace(form, inputs=inputs, typed={**now.typed, **kept}, base=base, picked=picked)


def _filled(folder: Folder, inputs: Sequence[Input], values: Mapping[str, Any]) -> RecordForm:
    typed = {one.key: one.shown(values[one.key]) for one in inputs}
    return RecordForm(folder, tuple(inputs), typed, base=digests(typed), picked=picked_from(inputs, values))


def _page(form: RecordForm, page: int) -> tuple[RecordForm, list[Input]]:
    """One page of a form, and the inputs that no page holds, told of on the first."""
    pages, oversized = pages_of(form.inputs, form.typed)
    page = min(page, len(pages) - 1)
    inputs = tuple(pages[page])
    keys = {one.key for one in inputs}
    typed: dict[str, Typed] = {key: held for key, held in form.typed.items() if key in keys}
    base = {key: held for key, held in form.base.items() if key in keys}
    picked = {key: held for key, held in form.picked.items() if key in keys}
    shown = replace(form, inputs=inputs, typed=typed, base=base, picked=picked, page=page, pages=len(pages))
    return shown, oversized if page == 0 else []


def _written(form: RecordForm, given: Mapping[str, str]) -> RecordForm:
    """With the texts that mean nothing yet, for the person to mend: names of records, and what cannot be read."""
    texts: dict[str, Typed] = {
        one.key: one.cleaned(given[one.key])
        for one in form.inputs
        if isinstance(one, TextInput) and not form.typed[one.key] and not _ids_in(given[one.key])
    }
    return replace(form, typed={**form.typed, **texts})


def _ids_in(text: str) -> list[str]:
    """Of a preset that names records by their ids, those; of any other, none."""
    words = text.split()
    return words if all(map(is_identifier, words)) else []


def _first(visit: Visit, one: Input, preset: str) -> Any:
    """The value that an input of a new record begins with."""
    if preset:
        try:
            return parse_value(one.field, preset)
        except InvalidInput:
            return None
    if one.field.column == "owner_id":
        return visit.viewer.member_id
    if one.field.column == "stage_id":
        return _first_stage(visit, one.field.folder_id)
    return one.field.default


def _first_stage(visit: Visit, folder_id: str) -> str | None:
    """As services choose it: the first open stage of the folder's first pipeline."""
    for pipeline in visit.catalog.pipelines.values():
        if pipeline.folder_id == folder_id and not pipeline.archived_at:
            for stage in visit.catalog.stages_in(pipeline.id):
                if stage.outcome == "open":
                    return stage.id
    return None


def _field_for(visit: Visit, reader: Reader, inputs: Sequence[Input], record_id: str) -> Input | None:
    if not record_id:
        return None
    pick = by_ids(reader, viewer=visit.viewer, ids=[record_id]).get(record_id)
    related = [one for one in inputs if type_of(one.field).family in ("record", "records")]
    return next((one for one in related if pick and leads_there(one.field, pick)), None)
