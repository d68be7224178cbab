"""What an input suggests while somebody types into it."""

from app.records.schema import Schema
from app.workspaces.access import may_create
from gmail_addon.actions.registry import shows
from gmail_addon.field_inputs import PREFIX
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.record_form import inputs_for, known_folder, schema_for
from gmail_addon.responses import Response, autocomplete
from gmail_addon.visit import Visit

MOST_TYPED = 1_000


@shows("suggest")
def suggest(visit: Visit) -> Response:
    """Whole texts for the input of a field; none for one that the viewer may not fill in. One statement at most."""
    schema = schema_for(visit, known_folder(visit, id_parameter(visit, "folder")))
    key = parameter(visit, "field")
    text = (visit.event.form.text(f"{PREFIX}{key}") or "").strip()
    inputs = inputs_for(visit, schema, [key]) if _fills_in(visit, schema) else ()
    if not inputs or not text or len(text) > MOST_TYPED:
        return autocomplete()
    return autocomplete(*inputs[0].suggestions(text))


def _fills_in(visit: Visit, schema: Schema) -> bool:
    viewer, folder_id = visit.viewer, schema.folder.id
    return (
        may_create(viewer, folder_id) or viewer.access.scope("edit", folder_id) != "none" or bool(viewer.access.shared)
    )
