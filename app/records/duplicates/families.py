"""Which folders are searched for duplicates together, and how their records are compared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.records.catalog import session_catalog
from app.records.duplicates.alike import PEOPLE
from app.records.duplicates.traits import Trait, traits_of
from app.records.duplicates.values import Normalizer
from app.records.schema import folders_seen, schema_of
from app.workspaces.access import Viewer
from models import Folder

COMPANY, TOGETHER = "company", "people"


@dataclass(frozen=True, slots=True)
class Family:
    """Folders whose records may be one and the same: all of people (contacts and leads), all of companies, or one.

    `traits` are those of all its folders, `labels` the names of their fields by key, `readers` what makes rows of the
    records of each folder.
    """

    name: str
    traits: tuple[Trait, ...]
    labels: dict[str, str]
    readers: dict[str, Normalizer] = field(compare=False)

    @property
    def is_people(self) -> bool:
        return self.name == TOGETHER

    def asked_for(self, keys: Collection[str]) -> "Family":
        """The same with the traits of these fields alone."""
        traits = tuple(trait for trait in self.traits if set(trait.fields).intersection(keys))
        readers = {folder_id: Normalizer(traits, reader.keys) for folder_id, reader in self.readers.items()}
        return replace(self, traits=traits, readers=readers)

    @property
    def folder_ids(self) -> list[str]:
        return list(self.readers)


def family_name(folder: Folder) -> str:
    """Under which the folder is compared: contacts and leads with each other, others with their kind."""
    if folder.kind in PEOPLE:
        return TOGETHER
    return COMPANY if folder.kind == "company" else folder.id


def family_of(session: Session, *, viewer: Viewer, folder: Folder) -> Family:
    """The family of a folder, as far as the viewer may know of its folders and fields."""
    name = family_name(folder)
    folders = [one for one in folders_seen(session, viewer=viewer) if family_name(one) == name]
    return _family(session, name, folders or [folder], viewer)


def family_of_folders(session: Session, *, workspace_id: str, folder_ids: Sequence[str]) -> Family:
    """These folders with all of their fields. Raises InvalidInput for those of different families."""
    here = session_catalog(session, workspace_id=workspace_id).folders
    folders = [here[folder_id] for folder_id in folder_ids]
    names = {family_name(folder) for folder in folders}
    if len(names) != 1:
        raise InvalidInput("folders: search people with people, and companies with companies.", field="folders")
    return _family(session, names.pop(), folders, None)


def folders_together(session: Session, *, workspace_id: str) -> list[list[str]]:
    """The folders in use of a workspace, in groups whose records are compared with each other."""
    groups: dict[str, list[str]] = {}
    for folder in session_catalog(session, workspace_id=workspace_id).folders.values():
        if not folder.archived_at:
            groups.setdefault(family_name(folder), []).append(folder.id)
    return list(groups.values())


def _family(session: Session, name: str, folders: Sequence[Folder], viewer: Viewer | None) -> Family:
    schemas = [schema_of(session, folder=folder, viewer=viewer) for folder in folders]
    traits = traits_of(schemas)
    labels = {field.key: field.name for schema in reversed(schemas) for field in schema.fields}
    readers = {schema.folder.id: Normalizer(traits, {one.key for one in schema.fields}) for schema in schemas}
    return Family(name, traits, labels, readers)
