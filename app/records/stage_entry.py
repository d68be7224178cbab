"""What must be so before a record enters a stage."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.records.catalog import session_catalog
from app.records.fields import is_empty, parse_value
from app.records.fields.refusals import REFUSALS
from app.records.relations import is_relation, linked_ids
from app.records.schema import folder_of, schema_of
from app.records.writing import read_value
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Pipeline, Record, Stage

MAX_REASON = 1_000
OTHER = "Other"


class FieldsMissing(InvalidInput):
    """A stage asks for fields that are empty; `missing` are the keys of those that the viewer may know of."""

    code = "fields_missing"

    def __init__(self, stage: Stage, missing: list[FieldDef]) -> None:
        names = ", ".join(field.name for field in missing) or "fields that your role does not show"
        said = {"stage": stage.name, "fields": names}
        super().__init__(REFUSALS["stage_fields"].format(**said), field=missing[0].key if missing else None)
        self.said = ("stage_fields", said)
        self.missing = [field.key for field in missing]
        self.details = {"missing": self.missing}


def first_stage(session: Session, *, folder: Folder) -> str | None:
    """The id of where new records of a folder start: the first open stage of its first pipeline."""
    catalog = session_catalog(session, workspace_id=folder.workspace_id)
    lines = (one for one in catalog.pipelines.values() if one.folder_id == folder.id and not one.archived_at)
    starts = (stage.id for line in lines for stage in catalog.stages_in(line.id) if stage.outcome == "open")
    return next(starts, None)


def stage_to_enter(session: Session, *, folder_id: str, stage_id: str) -> Stage:
    """A stage of any pipeline of this folder, kept from being archived until the transaction ends.

    Raises InvalidInput for any other.
    """
    query = (
        select(Stage)
        .join(Pipeline, col(Pipeline.id) == col(Stage.pipeline_id))
        .where(col(Stage.id) == stage_id.replace("\0", ""), col(Stage.archived_at).is_(None))
        .where(col(Pipeline.folder_id) == folder_id, col(Pipeline.archived_at).is_(None))
        .with_for_update(read=True, of=Stage)
    )
    stage = session.scalars(query.execution_options(populate_existing=True)).first()
    if stage is None:
        raise InvalidInput("Stage: choose one from the list.", field="stage")
    return stage


def require_fields(
    session: Session, *, viewer: Viewer, record: Record, stage: Stage, values: Mapping[str, object]
) -> None:
    """Raises FieldsMissing where the stage requires fields that are empty in the record and in `values`."""
    if not stage.required:
        return
    folder = folder_of(session, record)
    every, seen = schema_of(session, folder=folder), schema_of(session, folder=folder, viewer=viewer)
    wanted = [field for field in every.fields if field.key in stage.required]
    missing = [field for field in wanted if is_empty(_value(session, record, field, values))]
    if missing:
        raise FieldsMissing(stage, [field for field in missing if seen.has(field.key)])


def lost_reason(
    session: Session, *, stage: Stage, folder: Folder, reason: object, note: object
) -> tuple[str | None, str | None]:
    """Why a record enters a `lost` stage, as its folder words it, and a note; other stages have neither.

    Raises InvalidInput naming `lost_reason` or `lost_note`.
    """
    if stage.outcome != "lost":
        return None, None
    schema = schema_of(session, folder=folder)
    text, words = _plain(reason), _plain(note)
    if not text or len(text) > MAX_REASON:
        raise InvalidInput(f"Lost reason: say in up to {MAX_REASON} characters why it was lost.", field="lost_reason")
    if schema.has("lost_reason"):
        text = parse_value(schema.field("lost_reason"), text)
    if text == OTHER and not words:
        raise InvalidInput("Lost note: say what the other reason was.", field="lost_note")
    return text, parse_value(schema.field("lost_note"), words) if schema.has("lost_note") else None


def _value(session: Session, record: Record, field: FieldDef, values: Mapping[str, object]) -> object:
    if field.key in values:
        return values[field.key]
    return linked_ids(session, record=record, field=field) if is_relation(field) else read_value(record, field)


def _plain(text: object) -> str:
    return str(text or "").replace("\0", "").strip()
