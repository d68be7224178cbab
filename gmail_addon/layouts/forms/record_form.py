"""The form of a record of any folder: to make one, to change one, or to fill in what a stage asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from app.core.errors import SidenoteError
from app.core.ids import new_id
from app.records.picking import Pick
from app.records.seen import Seen
from app.workspaces.access import may, may_create
from gmail_addon.card_types import Button, Card, CardAction, Footer, Section, Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.clicks import run
from gmail_addon.field_inputs import Input, Typed, inputs_of
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.record_form import NEW, RecordForm, schema_for
from gmail_addon.text import GREY, color
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, text_paragraph
from gmail_addon.wording import t

MOST_INPUTS, MOST_BYTES = 50, 32_000
"""Of one card: what is left of 100 widgets and 64 kB is for buttons, each of which carries the form's parameters."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the person is asked before saving goes on, each answered by one tap.

    `choices` are records that the text in the input `key` may mean, `similar` those like the one to be saved; `sure`
    goes on in spite of them. `makes` offers to make the record that does not exist yet. `item` is the digest of the
    text in question.
    """

    key: str = ""
    item: str = ""
    choices: Sequence[Pick] = ()
    similar: Sequence[Pick] = ()
    sure: frozenset[str] = frozenset()
    makes: str = ""


def record_form(
    visit: Visit,
    form: RecordForm,
    *,
    name: str = "",
    error: SidenoteError | None = None,
    question: Question | None = None,
    oversized: Sequence[Input] = (),
) -> Card:
    """`name` is that of the record to be changed, `oversized` what no card can hold.

    One nonce for all buttons: of two clicks the second does nothing.
    """
    nonce = new_id()
    asked = _asked(visit, form, nonce, question) if question else []
    head = [*problem(error), *asked]
    return card(
        *([section(*head)] if head else []),
        *_sections(form),
        *_rest(form, oversized),
        header=header(_title(form), subtitle=name if form.record_id else None),
        name="record-form",
        footer=_footer(visit, form, nonce),
    )


def folder_chooser(visit: Visit) -> Card:
    """Which kind of record to make, of those that the viewer may make."""
    folders = [
        one for one in visit.catalog.folders.values() if not one.archived_at and may_create(visit.viewer, one.id)
    ]
    rows = [decorated_text(brief(t(one.singular)), on_click=visit.ask("new_record", folder=one.id)) for one in folders]
    nothing = text_paragraph(t("Your role does not let you make records."))
    return card(section(*(rows or [nothing])), header=header(t("New record")), name="new-record")


def edit_entry(visit: Visit, record: Seen) -> CardAction | None:
    """The menu entry that opens the form of a record, for those who may change it."""
    if record.archived_at or not is_editable(visit, record):
        return None
    return card_action(t("Edit"), visit.ask("edit_record", id=record.id))


def is_editable(visit: Visit, record: Seen) -> bool:
    """Whether the viewer may change some field of it; no statement."""
    folder = visit.catalog.folders[record.folder_id]
    return may(visit.viewer, "edit", record) and bool(inputs_of(visit, schema_for(visit, folder)))


def pages_of(inputs: Sequence[Input], typed: Mapping[str, Typed]) -> tuple[list[list[Input]], list[Input]]:
    """The inputs by the cards that hold them, and those that hold too much for any card.

    When there are several, required fields come first, so that a new record can be made from the first.
    """
    sizes = {one.key: _size(one, typed[one.key]) for one in inputs}
    fitting = [one for one in inputs if sizes[one.key][1] <= MOST_BYTES]
    oversized = [one for one in inputs if one not in fitting]
    pages = _filled(fitting, sizes)
    if len(pages) > 1:
        pages = _filled(sorted(fitting, key=lambda one: not one.field.required), sizes)
    return pages, oversized


def _filled(inputs: Sequence[Input], sizes: dict[str, tuple[int, int]]) -> list[list[Input]]:
    pages: list[list[Input]] = [[]]
    widgets = held = 0
    for one in inputs:
        count, size = sizes[one.key]
        if pages[-1] and (widgets + count > MOST_INPUTS or held + size > MOST_BYTES):
            pages.append([])
            widgets = held = 0
        pages[-1].append(one)
        widgets, held = widgets + count, held + size
    return pages


def _size(one: Input, typed: Typed) -> tuple[int, int]:
    made = one.widgets(typed)
    return len(made), len(orjson.dumps(made))


def _title(form: RecordForm) -> str:
    if form.stage:
        return t("Move to {stage}", stage=t(form.stage.name))
    if form.record_id and len(form.inputs) == 1:
        return t(form.inputs[0].field.name)
    if form.record_id:
        return t("Edit {kind}", kind=t(form.folder.singular))
    return t("New {kind}", kind=t(form.folder.singular))


def _sections(form: RecordForm) -> list[Section]:
    """Under the headings of the fields' groups, in the order of the inputs."""
    groups: dict[str, list[Widget]] = {}
    for one in form.inputs:
        groups.setdefault(one.field.group, []).extend(one.widgets(form.typed[one.key]))
    return [section(*widgets, header=t(group) if group else None) for group, widgets in groups.items()]


def _rest(form: RecordForm, oversized: Sequence[Input]) -> list[Section]:
    """What this card does not show, and so does not change."""
    said = [t("{field} is too long to be edited here.", field=one.field.name) for one in oversized]
    if form.pages > 1:
        said.append(
            t("Page {page} of {pages}: go on to fill in the other fields.", page=form.page + 1, pages=form.pages)
        )
    return [section(*(text_paragraph(color(one, GREY)) for one in said))] if said else []


def _footer(visit: Visit, form: RecordForm, nonce: str) -> Footer:
    save = t("Save and move") if form.stage else t("Save") if form.record_id else t("Create")
    primary = _saving(visit, form, nonce, save, filled=BRAND)
    if form.page + 1 >= form.pages:
        return fixed_footer(primary)
    return fixed_footer(primary, _saving(visit, form, nonce, t("Save, more fields"), {"then": str(form.page + 1)}))


def _saving(
    visit: Visit,
    form: RecordForm,
    nonce: str,
    label: str,
    decided: Mapping[str, str] | None = None,
    *,
    filled: str | None = None,
) -> Button:
    """A button that saves the form, with what its click decides."""
    must = tuple(one.name for one in form.inputs if one.field.required and one.needs)
    parameters = {**form.parameters(), **(decided or {})}
    click = run(visit.write("save_record", required=must, fields=form.names, nonce=nonce, **parameters))
    return button(label, click, filled=filled)


def _asked(visit: Visit, form: RecordForm, nonce: str, question: Question) -> list[Widget]:
    rows = [
        decorated_text(
            brief(pick.name),
            bottom_label=_about(visit, pick),
            button=_saving(visit, form, nonce, t("Choose"), _decided(form, question, pick.id)),
        )
        for pick in question.choices
    ]
    rows += [
        decorated_text(
            brief(pick.name),
            bottom_label=_about(visit, pick),
            button=button(t("Open"), visit.ask("open_record", id=pick.id)),
        )
        for pick in question.similar
    ]
    if question.makes:
        making = _saving(visit, form, nonce, question.makes, _decided(form, question, NEW))
        rows.append(button_list(making))
    if question.sure:
        anyway = t("Save anyway") if form.record_id else t("Create anyway")
        sure = " ".join(sorted(form.sure | question.sure))
        rows.append(button_list(_saving(visit, form, nonce, anyway, {"sure": sure})))
    return rows


def _decided(form: RecordForm, question: Question, id: str) -> dict[str, str]:
    items = {**form.picked.get(question.key, {}), question.item: id}
    return {f"pick.{question.key}": " ".join(f"{item}:{one}" for item, one in items.items())}


def _about(visit: Visit, pick: Pick) -> str | None:
    """What tells it from the others: its address, domain or company, and who looks after it."""
    owner = visit.name_of(pick.owner_id)
    return " · ".join(filter(None, (pick.detail, owner))) or None
