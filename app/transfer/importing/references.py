"""What the references in a file lead to: members, stages and related records, by what a cell calls them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.ids import new_id
from app.records.bulk import Draft, Drafter
from app.records.catalog import Catalog, session_catalog
from app.records.deals import StageEntry
from app.records.fields import parse_value, value_type
from app.records.fields.references import ID_LENGTH
from app.records.identity import name_key
from app.records.keys import company_name_from_domain, domain_of, email_key, person_name
from app.records.reading import REFERENCES
from app.records.schema import schema_of
from app.records.staged_drafts import Beginnings
from app.transfer.importing.lookups import Lookups
from app.transfer.mapping import Plan, Row
from app.workspaces.access import Viewer, may_create
from models import FieldDef, Folder

PEOPLE = ("contact", "lead")
KNOWN_AT_ONCE = 50_000
Target = tuple[str, str]
"""Where a reference leads: the id of the folder that new records go to, and the kind."""
Name = tuple[Target, str]
"""A related record as rows name it."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A related record that is to be made, and how it enters its stage if it has one."""

    draft: Draft
    entry: StageEntry | None


@dataclass(slots=True)
class Known:
    """The ids of related records that a file has named so far, for as long as one job runs."""

    ids: dict[Name, str] = field(default_factory=dict)

    def learn(self, found: Mapping[Name, str]) -> None:
        """Only what is committed may be learnt."""
        if len(self.ids) > KNOWN_AT_ONCE:
            self.ids.clear()
        self.ids.update(found)


class References:
    """Resolves the references of some rows, within one transaction."""

    def __init__(
        self,
        session: Session,
        *,
        viewer: Viewer,
        plan: Plan,
        folder: Folder,
        fields: Mapping[str, FieldDef],
        known: Known,
    ) -> None:
        self._session, self._viewer, self._known = session, viewer, known
        self._own: Target = (folder.id, folder.kind)
        self._catalog: Catalog = session_catalog(session, workspace_id=viewer.workspace_id)
        self._fields = {key: one for key, one in fields.items() if value_type(one).family in REFERENCES}
        self._may_make = {
            key: plan.create_related if link is None or link.create is None else link.create
            for key, link in ((column.field, column.link) for column in plan.columns)
        }
        self._members = self._named_members()
        self._found: dict[Name, list[str]] = {}
        self.lasting: dict[Name, str] = {}
        """What `Known` may learn once this transaction is committed."""
        self._made: dict[Name, str] = {}
        self._rows: set[str] = set()
        self.ahead: dict[str, Ahead] = {}
        """By the id that each of them will have."""

    def look_up(self, rows: Iterable[Row]) -> None:
        """Find the related records that these rows name, all at once."""
        wanted: dict[Target, set[str]] = defaultdict(set)
        for row in rows:
            for key, texts in row.related.items():
                if (target := self._target(key)) is not None:
                    wanted[target].update(text for text in texts if (target, text) not in self._known.ids)
        for target, named in wanted.items():
            if named:
                found = {(target, text): ids for text, ids in self._search(target, named).items()}
                self._found |= found
                self.lasting |= {name: ids[0] for name, ids in found.items() if len(ids) == 1}

    def name_new(self, name: str) -> str:
        """The id for a record of the file's own folder that a row makes: rows may lead to it by its name.

        Where an earlier row has led to it, it is the record that was to be made for that one.
        """
        named = (self._own, name_key(name))
        if named not in self._made:
            self._made[named] = new_id()
        id = self._made[named] if named[1] else new_id()
        if id in self._rows:
            return new_id()
        self._rows.add(id)
        return id

    def is_made_by_a_row(self, ahead: Ahead) -> bool:
        return ahead.draft["id"] in self._rows

    def resolve(self, row: Row) -> tuple[dict[str, Any], list[Ahead], list[str]]:
        """Values of reference fields, the related records to be made for them first, and what is wrong."""
        values: dict[str, Any] = {}
        ahead: list[Ahead] = []
        wrong: list[str] = []
        for key, texts in row.related.items():
            field, found = self._fields[key], []
            for text in texts:
                one, problem = self._one(field, text)
                if problem:
                    wrong.append(problem)
                elif one is not None and one not in found:
                    found.append(one)
            ahead += [self.ahead[id] for id in found if id in self.ahead]
            if found:
                values[key] = found if value_type(field).family in ("members", "records") else found[0]
        return values, ahead, wrong

    def _one(self, field: FieldDef, text: str) -> tuple[str | None, str]:
        family = value_type(field).family
        if family in ("member", "members"):
            found = self._members.get(text.casefold())
            return found, "" if found else f"{field.name}: no member is called {text[:100]}; write their address."
        if family == "stage":
            found = self._stage(field, text)
            return found, "" if found else f"{field.name}: there is no stage {text[:100]}."
        target = self._target(field.key)
        if target is None:
            return None, f"{field.name}: your role does not show the records that this leads to."
        ids = [self._known.ids[target, text]] if (target, text) in self._known.ids else self._found.get((target, text))
        if not ids:
            return self._make(field, target, text)
        if len(ids) > 1:
            return None, f"{field.name}: {len(ids)} records are called {text[:100]}; name one by its id."
        return ids[0], ""

    def _make(self, field: FieldDef, target: Target, text: str) -> tuple[str | None, str]:
        folder_id, kind = target
        name = (target, _normal(kind, text))
        if self._made.get(name) in self._rows:
            return self._made[name], ""
        if not self._may_make.get(field.key):
            return None, f"{field.name}: there is no {text[:100]}, and the plan makes no related records."
        if not may_create(self._viewer, folder_id):
            return None, f"{field.name}: there is no {text[:100]}, and your role may not create one."
        if name not in self._made:
            try:
                made = self._drafted(folder_id, kind, text)
            except InvalidInput as error:
                return None, f"{field.name}: {text[:100]} cannot be created. {error.message}"
            self._made[name] = made.draft["id"]
            self.ahead[made.draft["id"]] = made
        return self._made[name], ""

    def _drafted(self, folder_id: str, kind: str, text: str) -> Ahead:
        folder = self._catalog.folders[folder_id]
        schema = schema_of(self._session, folder=folder)
        given: dict[str, str] = {"name": text}
        if "@" in text and kind in PEOPLE:
            given = {"name": person_name("", text), "email": text}
        elif kind == "company" and _is_domain(text):
            given = {"name": company_name_from_domain(text), "domain": text}
        values = {key: parse_value(schema.field(key), value) for key, value in given.items()}
        draft = Drafter(schema, self._viewer).draft(values)
        beginnings = Beginnings(self._session, viewer=self._viewer, folder=folder)
        return Ahead(draft, beginnings.begin(draft, {}))

    def _search(self, target: Target, texts: set[str]) -> dict[str, list[str]]:
        folder_id, kind = target
        folders = [one.id for one in self._catalog.folders.values() if one.kind == kind]
        look = Lookups(self._session, self._viewer, kind=kind, folder_ids=folders or [folder_id])
        found: dict[str, list[str]] = {}
        by_name = look.by_name(map(name_key, texts))
        by_mail = look.by_key("email", (email_key(text) for text in texts if "@" in text))
        by_domain = look.by_key("domain", (domain_of(text) for text in texts if _is_domain(text)))
        ids = look.by_id([text for text in texts if len(text) == ID_LENGTH and text.isalnum()])
        for text in texts:
            found[text] = (
                ids.get(text)
                or by_mail.get(email_key(text) if "@" in text else "")
                or by_domain.get(domain_of(text) if _is_domain(text) else "")
                or by_name.get(name_key(text))
                or []
            )
        return found

    def _target(self, key: str) -> Target | None:
        field = self._fields.get(key)
        if field is None or value_type(field).family not in ("record", "records"):
            return None
        folder_id = field.options.get("folder")
        folder: Folder | None = (
            self._catalog.folders.get(folder_id) if folder_id else self._catalog.folder_of(field.options["kind"])
        )
        return (folder.id, folder.kind) if folder else None

    def _stage(self, field: FieldDef, text: str) -> str | None:
        """Of the folder's own pipelines; a field beside the one that a record moves by may name any stage."""
        pipelines = self._catalog.pipelines.values()
        lines = [one.id for one in pipelines if field.column is None or one.folder_id == field.folder_id]
        stages = [one for one in self._catalog.stages.values() if one.pipeline_id in lines and not one.archived_at]
        wanted = text.strip().casefold()
        return next((one.id for one in stages if wanted in (one.id, one.name.casefold())), None)

    def _named_members(self) -> dict[str, str]:
        """Members by id, address and name; a name that two of them have stands for neither."""
        active = [member for member in self._catalog.members.values() if member.active]
        names = [member.name.casefold() for member in active]
        found = {member.name.casefold(): member.id for member in active if names.count(member.name.casefold()) == 1}
        return found | {key: member.id for member in active for key in (member.email.casefold(), member.id)}


def _normal(kind: str, text: str) -> str:
    """Two ways to write the same new record."""
    if "@" in text:
        return email_key(text)
    return domain_of(text) if kind == "company" and _is_domain(text) else name_key(text) or text


def _is_domain(text: str) -> bool:
    return "." in text and " " not in text and "@" not in text and bool(domain_of(text))
