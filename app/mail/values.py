"""What is known of the people and the deal of a mail: values for its `{{field}}` places, and to put in one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.records.catalog import Catalog
from app.records.fields import is_empty, value_type
from app.records.fields.formats import Formats
from app.records.keys import display_name_parts
from app.records.schema import schema_seen
from app.records.seen import Seen
from app.workspaces.access import Viewer

LEFT_OUT = frozenset({"flag", "record", "records"})
"""Families of fields that say nothing in a sentence."""


@dataclass(frozen=True, slots=True)
class Known:
    """A field of a record, and its value as people read it."""

    record_id: str
    kind: str
    key: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class About:
    """Whom a mail is to first (`name` as far as it was written, else that of their record), and what it is about."""

    name: str
    email: str
    person: Seen | None
    company: Seen | None
    deal: Seen | None


def known_fields(catalog: Catalog, *, viewer: Viewer, formats: Formats, record: Seen) -> list[Known]:
    """The fields of a record that have a value, as far as the viewer may know them; no statement."""
    formats = replace(formats, names=_names(catalog), currency=record.currency or formats.currency)
    found = []
    for field in schema_seen(catalog, viewer=viewer, folder=catalog.folders[record.folder_id]).fields:
        kind = value_type(field)
        value = getattr(record, field.column, None) if field.column else record.data.get(field.key)
        if kind.family not in LEFT_OUT and field.type != "statistics" and not is_empty(value):
            found.append(Known(record.id, record.kind, field.key, field.name, kind.show(field, value, formats)))
    return found


def place_values(catalog: Catalog, *, viewer: Viewer, formats: Formats, about: About) -> Mapping[str, str]:
    """By the name of the place: `me`, `first_name`, `company`, `deal`, the fields of the person by their keys, and
    those of their company and the deal as in `company.industry`."""
    values = {"me": viewer.name, "my_email": viewer.email}
    values |= _fields(catalog, viewer, formats, about.person)
    first, last = display_name_parts(about.name) if about.name else ("", "")
    values |= {"name": about.name, "first_name": first, "last_name": last, "email": about.email}
    for place, record in (("company", about.company), ("deal", about.deal)):
        known = _fields(catalog, viewer, formats, record)
        values |= {f"{place}.{key}": value for key, value in known.items()}
        values[place] = record.name if record else ""
    return values


def _fields(catalog: Catalog, viewer: Viewer, formats: Formats, record: Seen | None) -> dict[str, str]:
    known: Sequence[Known] = known_fields(catalog, viewer=viewer, formats=formats, record=record) if record else ()
    return {one.key: one.value for one in known}


def _names(catalog: Catalog) -> dict[str, str]:
    members = {member.id: member.name for member in catalog.members.values()}
    return members | {stage.id: stage.name for stage in catalog.stages.values()}
