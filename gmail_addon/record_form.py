"""The form of a record between its drawing and its coming back: which inputs, what they held, what was decided.

All of it travels with the form's buttons: FIELDS (see `forms`) names the inputs shown, so that nothing else is written,
and a digest of each tells on arrival what the person changed, and what others changed meanwhile.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import InvalidInput, NotFound
from app.core.hot import Reader
from app.records.fields import type_of
from app.records.picking import Pick, by_ids, linked
from app.records.schema import Schema, schema_seen
from app.records.seen import Seen
from app.records.writing import read_value
from gmail_addon.field_inputs import PREFIX, Input, RecordInput, Typed, input_for, is_filled_in
from gmail_addon.forms import shown_fields
from gmail_addon.parameters import identifier
from gmail_addon.visit import Visit
from models import FieldDef, Folder, Stage

LOST = ("lost_reason", "lost_note")
"""Fields that a stage asks for, whatever the viewer may change otherwise."""
NEW = "new"
"""In place of an id: the record is to be made."""
TAKES_MAIL = "mail"
_PICK = "pick."

Picked = Mapping[str, Mapping[str, str]]
"""Which record an item of a field means: field key -> digest of the item -> id, or NEW."""


@dataclass(frozen=True, slots=True)
class RecordForm:
    """`record_id` is empty for a new record, `stage` the one that the form is asked for.

    `base` are digests of what the inputs held when they were drawn from the record. `sure` are the ids of similar
    records that the person has seen, and saves all the same. `about` is a record to link a new one to. A new record
    that `takes_mail` comes of the open email, which is put on it, as are the people of a deal's email.
    """

    folder: Folder
    inputs: tuple[Input, ...]
    typed: Mapping[str, Typed]
    record_id: str = ""
    base: Mapping[str, str] = field(default_factory=dict)
    picked: Picked = field(default_factory=dict)
    sure: frozenset[str] = frozenset()
    stage: Stage | None = None
    about: str = ""
    takes_mail: bool = False
    page: int = 0
    pages: int = 1

    @property
    def names(self) -> str:
        """Of all its inputs, as the parameter FIELDS has them."""
        return ",".join(name for one in self.inputs for name in one.names)

    def parameters(self) -> dict[str, str]:
        """What the form's buttons carry beside those."""
        packed = {
            "folder": self.folder.id,
            "id": self.record_id,
            "was": " ".join(f"{key}:{digest}" for key, digest in self.base.items()),
            "sure": " ".join(sorted(self.sure)),
            "stage": self.stage.id if self.stage else "",
            "about": self.about,
            TAKES_MAIL: "on" if self.takes_mail else "",
            "page": f"{self.page}/{self.pages}",
        }
        picked = {f"{_PICK}{key}": _packed(items) for key, items in self.picked.items()}
        return {name: text for name, text in (packed | picked).items() if text}

    def input(self, key: str) -> Input | None:
        return next((one for one in self.inputs if one.key == key), None)


def sent_form(visit: Visit) -> RecordForm:
    """The form that a click came from, with what was typed into it."""
    given = visit.event.parameters
    folder = known_folder(visit, given.get("folder", ""))
    names = shown_fields(given)
    keys = dict.fromkeys(name.removeprefix(PREFIX).partition(".")[0] for name in names if name.startswith(PREFIX))
    stage = visit.catalog.stages.get(given.get("stage", ""))
    inputs = inputs_for(visit, schema_for(visit, folder), keys, stage=stage)
    page, _, pages = given.get("page", "").partition("/")
    return RecordForm(
        folder=folder,
        inputs=inputs,
        typed={one.key: one.typed(visit.event.form) for one in inputs},
        record_id=identifier(given["id"]) if given.get("id") else "",
        base=_unpacked(given.get("was", "")),
        picked={name.removeprefix(_PICK): _unpacked(text) for name, text in given.items() if name.startswith(_PICK)},
        sure=frozenset(given.get("sure", "").split()),
        stage=stage,
        about=identifier(given["about"]) if given.get("about") else "",
        takes_mail=bool(given.get(TAKES_MAIL)),
        page=int(page) if page.isdecimal() and len(page) < 4 else 0,
        pages=int(pages) if pages.isdecimal() and len(pages) < 4 else 1,
    )


def known_folder(visit: Visit, folder_id: str) -> Folder:
    """A folder in use; whether the viewer may do something there is for the caller to ask."""
    folder = visit.catalog.folders.get(folder_id)
    if folder is None or folder.archived_at:
        raise NotFound("This folder does not exist, or you have no access to it.")
    return folder


def schema_for(visit: Visit, folder: Folder) -> Schema:
    return schema_seen(visit.catalog, viewer=visit.viewer, folder=folder)


def inputs_for(visit: Visit, schema: Schema, keys: Iterable[str], *, stage: Stage | None = None) -> tuple[Input, ...]:
    """Inputs of these fields, as far as the viewer may fill them in: what is hidden, locked or computed is left out.

    A stage that loses asks for its reason even where the folder has no field for it.
    """
    asked = LOST if stage and stage.outcome == "lost" else ()
    found: list[Input] = []
    for key in dict.fromkeys(keys):
        one = next((each for each in schema.fields if each.key == key), None)
        if one is None and key == LOST[0] and key in asked:
            one = _reason_field(schema.folder)
        if one and is_filled_in(one) and (key not in schema.locked or key in asked):
            found.append(input_for(visit, one))
    return tuple(found)


def values_in(reader: Reader, visit: Visit, record: Seen, inputs: Sequence[Input]) -> dict[str, Any]:
    """The stored value of each input by key; of related records, those that the viewer may see, as `picking.Pick`.

    At most two statements, where there are fields of related records.
    """
    values: dict[str, Any] = {one.key: read_value(record, one.field) for one in inputs}
    if many := [one.field for one in inputs if type_of(one.field).family == "records"]:
        values |= linked(reader, viewer=visit.viewer, record_id=record.id, fields=many)
    single = [one.key for one in inputs if type_of(one.field).family == "record"]
    return values | picks_of(reader, visit, {key: [values[key]] if values[key] else [] for key in single})


def picks_of(reader: Reader, visit: Visit, ids: Mapping[str, Sequence[str]]) -> dict[str, list[Pick]]:
    """The records behind ids by field key, where the viewer may see them; one statement if there are any."""
    wanted = [id for each in ids.values() for id in each]
    known = by_ids(reader, viewer=visit.viewer, ids=wanted) if wanted else {}
    return {key: [known[id] for id in each if id in known] for key, each in ids.items()}


def picked_from(inputs: Sequence[Input], values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Which records the items drawn for these values mean."""
    return {
        one.key: {
            item: pick.id
            for item, pick in zip(item_digests(one.items_shown(values[one.key])), values[one.key], strict=False)
        }
        for one in inputs
        if isinstance(one, RecordInput) and values[one.key]
    }


def digest(typed: Typed) -> str:
    """A few letters that tell one content of an input from another."""
    return hashlib.blake2b(repr(typed).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def item_digests(items: Sequence[str]) -> list[str]:
    """Of each item; equal ones are told apart by their order."""
    return [digest((item, str(items[:place].count(item)))) for place, item in enumerate(items)]


def digests(typed: Mapping[str, Typed]) -> dict[str, str]:
    return {key: digest(one) for key, one in typed.items()}


def require_inputs(inputs: Sequence[Input]) -> None:
    if not inputs:
        raise InvalidInput("There is nothing here that your role lets you change.")


def _reason_field(folder: Folder) -> FieldDef:
    return FieldDef(
        id=folder.id,
        workspace_id=folder.workspace_id,
        folder_id=folder.id,
        key=LOST[0],
        name="Lost reason",
        type="text",
        required=True,
        position=0,
    )


def _packed(items: Mapping[str, str]) -> str:
    return " ".join(f"{item}:{id}" for item, id in items.items())


def _unpacked(text: str) -> dict[str, str]:
    pairs = (pair.partition(":") for pair in text.split())
    return {key: value for key, _, value in pairs}
