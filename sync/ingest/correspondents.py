"""The addresses seen in mail, one row each."""

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from app.core.bulk import among, insert_missing, table_of
from app.core.ids import new_id
from models import Correspondent
from sync.envelope import Person


def correspondent_ids(session: Session, *, workspace_id: str, people: Iterable[Person]) -> dict[str, str]:
    """Ids by key, after adding those never seen before and the names of those seen without one."""
    seen: dict[str, Person] = {}
    for person in people:
        if person.key not in seen or (person.name and not seen[person.key].name):
            seen[person.key] = person
    known = _known(session, workspace_id, seen.keys())
    nameless = {key: id for key, (id, name) in known.items() if not name}
    _add_names(session, {id: seen[key].name for key, id in nameless.items() if seen[key].name})
    new = [seen[key] for key in sorted(seen.keys() - known.keys())]
    if new:
        insert_missing(session, Correspondent, [_row(workspace_id, person) for person in new])
        known |= _known(session, workspace_id, {person.key for person in new})
    return {key: id for key, (id, _) in known.items()}


def _known(session: Session, workspace_id: str, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    people = table_of(Correspondent).c
    query = select(people.key, people.id, people.name).where(people.workspace_id == workspace_id)
    return {key: (id, name) for key, id, name in session.execute(query.where(among(session, people.key, keys)))}


def _add_names(session: Session, names: dict[str, str]) -> None:
    if names:
        rows = [{"person": id, "display": names[id]} for id in sorted(names)]
        session.connection().execute(_ADD_NAME, rows)


def _row(workspace_id: str, person: Person) -> dict[str, str]:
    return {
        "id": new_id(),
        "workspace_id": workspace_id,
        "key": person.key,
        "address": person.address,
        "domain": person.domain,
        "name": person.name,
    }


_ADD_NAME = (
    update(table_of(Correspondent))
    .where(col(Correspondent.id) == bindparam("person"))
    .values(name=bindparam("display"))
)
