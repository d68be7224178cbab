"""The names in a formula: people write names or keys of fields, what is stored are the keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.records.fields import value_type
from app.records.fields.choices import choices_of
from app.records.filters.pseudo import PSEUDO
from app.records.filters.related import Paths
from app.records.formulas.checking import check, references_in
from app.records.formulas.tokens import FormulaError, Token
from app.records.formulas.tree import WORDS, Call, Constant, Node, Operation, Reference, parse
from app.records.formulas.types import Type
from app.records.formulas.values import type_in_formulas
from app.records.schema import schema_of
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Workspace

Fields = Mapping[str, FieldDef]
"""By key."""
_TIMES = {key: PSEUDO[key] for key in ("created_at", "updated_at")}


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in the formulas of a folder stand for: its own fields, and those that references lead to.

    `beyond` holds the fields of related records, by the key of the field that leads there.
    """

    folder: Folder
    own: Fields
    beyond: Mapping[str, Fields]
    currency: str

    def fields_of(self, reference: Reference) -> list[FieldDef]:
        """The field of each step. Raises FormulaError where there is none, and where several records are meant."""
        first, *rest = reference.steps
        found = [_field(first, self.own, self.folder.name)]
        if rest:
            head = found[0]
            if head.key not in self.beyond:
                raise FormulaError(f"{head.name} leads to no record whose fields could be named here", first.at)
            found.append(_field(rest[0], self.beyond[head.key], f"What {head.name} leads to"))
        if value_type(found[-1]).family == "records":
            fix = "count or add them up with a roll-up"
            raise FormulaError(f"{found[-1].name} may be several records: {fix}", reference.steps[-1].at)
        return found

    def type_of(self, reference: Reference) -> Type:
        return type_in_formulas(self.fields_of(reference)[-1], currency=self.currency)


def names_for(session: Session, *, folder: Folder, viewer: Viewer | None = None, paths: Paths | None = None) -> Names:
    """Everything that formulas of this folder may name, as far as the viewer may know of it."""
    around = paths or Paths(session, workspace_id=folder.workspace_id, viewer=viewer)
    own = {field.key: field for field in schema_of(session, folder=folder, viewer=viewer).fields}
    beyond = {key: _led_to(field, around) for key, field in own.items() if value_type(field).family == "record"}
    return Names(folder, {**_TIMES, **own}, beyond, session.get_one(Workspace, folder.workspace_id).currency)


def understood(source: str, names: Names) -> tuple[str, Type]:
    """A formula as it is stored, with keys for names and values for labels of choices; and the type of its answer.

    Raises FormulaError about what people wrote.
    """
    tree = parse(source)
    type = check(tree, source, names.type_of)
    edits = {}
    for reference in references_in(tree):
        for step, field in zip(reference.steps, names.fields_of(reference), strict=True):
            edits[step.at, step.end] = f"{{{field.key}}}" if field.key in WORDS else field.key
    for constant, field in _texts_compared(tree, names, "choice"):
        label = str(constant.value).casefold()
        value = next((one["value"] for one in choices_of(field) if one["label"].casefold() == label), None)
        if value is not None:
            edits[constant.at, constant.end] = _quoted(value)
    return _edited(source, edits), type


def with_stage_renamed(stored: str, names: Names, *, folder_id: str, old: str, new: str) -> str:
    """A stored formula after a stage of this folder got another name."""
    edits = {}
    for constant, field in _texts_compared(parse(stored), names, "stage"):
        if field.folder_id == folder_id and str(constant.value).casefold() == old.casefold():
            edits[constant.at, constant.end] = _quoted(new)
    return _edited(stored, edits)


def shown(stored: str, names: Names) -> str:
    """A stored formula with the present names of its fields in braces; keys that mean nothing any more stay."""
    edits = {}
    for reference in references_in(parse(stored)):
        try:
            fields = names.fields_of(reference)
        except FormulaError:
            continue
        for step, field, peers in zip(reference.steps, fields, _peers(reference, names), strict=False):
            if _can_be_named(field, peers):
                edits[step.at, step.end] = f"{{{field.name}}}"
    return _edited(stored, edits)


def _led_to(reference: FieldDef, paths: Paths) -> Fields:
    """Where several folders are of the kind, the first one's field counts."""
    found = dict(_TIMES)
    for schema in reversed(paths.targets(reference)):
        found |= {field.key: field for field in schema.fields}
    return found


def _field(step: Token, fields: Fields, whose: str) -> FieldDef:
    """By key, else by name, whatever its case."""
    wanted = step.text.strip("{}").strip()
    if wanted in fields:
        return fields[wanted]
    named = [field for field in fields.values() if field.name.casefold() == wanted.casefold()]
    if len(named) > 1:
        keys = " or ".join(field.key for field in named)
        raise FormulaError(f"Several fields are named {wanted}: write {keys}", step.at)
    if not named:
        raise FormulaError(f"{whose} have no field {wanted}", step.at)
    return named[0]


def _peers(reference: Reference, names: Names) -> list[Fields]:
    beyond = names.beyond.get(reference.path[0], {})
    return [names.own, beyond][: len(reference.steps)]


def _can_be_named(field: FieldDef, peers: Fields) -> bool:
    same = [other for other in peers.values() if other.name.casefold() == field.name.casefold()]
    return len(same) == 1 and field.name not in peers and not set(field.name) & set("{}\n")


def _texts_compared(tree: Node, names: Names, family: str) -> Iterator[tuple[Constant, FieldDef]]:
    """Texts that a formula compares with a field of this family."""
    match tree:
        case Call():
            below, compared = list(tree.arguments), tree.name == "one_of"
        case Operation():
            below, compared = [side for side in (tree.left, tree.right) if side], tree.operator in ("=", "!=")
        case _:
            return
    fields = [names.fields_of(node)[-1] for node in below if compared and isinstance(node, Reference)]
    texts = [node for node in below if isinstance(node, Constant) and isinstance(node.value, str)]
    yield from ((text, field) for field in fields for text in texts if value_type(field).family == family)
    for node in below:
        yield from _texts_compared(node, names, family)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _edited(source: str, edits: Mapping[tuple[int, int], str]) -> str:
    for (at, end), text in sorted(edits.items(), reverse=True):
        source = source[:at] + text + source[end:]
    return source
