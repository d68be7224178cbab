"""A folder's records as a file: what a view, a segment or a filter shows, as far as the viewer may take it away."""

from app.transfer.exporting.files import FORMATS, Format
from app.transfer.exporting.service import (
    Exported,
    Selection,
    note_export,
    of_folder,
    of_segment,
    of_view,
    write_export,
)

__all__ = [
    "FORMATS",
    "Exported",
    "Format",
    "Selection",
    "note_export",
    "of_folder",
    "of_segment",
    "of_view",
    "write_export",
]
