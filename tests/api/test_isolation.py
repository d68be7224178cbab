"""Nobody finds what is hidden from them: every operation of the API is tried, those added tomorrow too.

What may not be seen does not exist: naming it gives the answer that an id out of thin air gives, and its being there
changes no list, count, sum or search of anybody else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import httpx
import pytest
from sqlmodel import Session

from app.core.database import transaction
from app.core.ids import new_id
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.roles import roles
from app.workspaces.seats import give_roles
from models import Member
from tests.api.office import Office
from tests.api.operations import Operation, operations
from tests.api.things import MARK, PLAIN, PRIVATE, SHARED, WORD, Thing, name_of, private_things, shared_things

Ids = dict[str, str]
ROLES = ("Manager", "Marketing", "Support", "Read-only", "Billing")
"""Of the default roles; reps are Bob and Carol, and an admin sees everything."""


@dataclass
class World:
    """Things of Alice in the office, and of Mallory next door; `common` are ids that the whole office knows."""

    office: Office
    common: dict[str, list[str]]
    elsewhere: dict[str, list[str]]
    hidden: dict[str, list[Thing]]
    bobs: dict[str, list[Thing]]
    mallorys: dict[str, list[Thing]]
    before: dict[str, dict[str, str]]

    def known_to(self, viewer: Viewer) -> dict[str, list[str]]:
        """Ids of what everybody in the viewer's workspace knows of."""
        return self.common if viewer.workspace_id == self.office.cast.workspace_id else self.elsewhere


@pytest.fixture
def world(office: Office) -> World:
    """Bob and Mallory have things of their own; what everybody was told was noted before Alice hid hers."""
    cast = office.cast
    check_makers(operations(office.app))
    with transaction(office.engine) as session:
        common, elsewhere = shared_things(session, cast.alice), shared_things(session, cast.mallory)
        bobs = private_things(session, cast.bob)
        mallorys = private_things(session, cast.mallory)
    before = {
        name: dict(answers(office, client, viewer, common if viewer is not cast.mallory else elsewhere))
        for name, client, viewer in outsiders(office)
    }
    with transaction(office.engine) as session:
        hidden = private_things(session, cast.alice)
    return World(office, common, elsewhere, hidden, bobs, mallorys, before)


def check_makers(found: list[Operation]) -> None:
    for operation in found:
        for name in operation.ids:
            assert name in SHARED or name in PRIVATE or name in PLAIN, (
                f"{operation}: add a maker for `{name}` to tests/api/things.py"
            )


def outsiders(office: Office) -> list[tuple[str, httpx.Client, Viewer]]:
    """Two reps, and the admin of another workspace."""
    cast = office.cast
    return [
        ("Bob", office.bob, cast.bob),
        ("Carol", office.carol, cast.carol),
        ("Mallory", office.mallory, cast.mallory),
    ]


def answers(
    office: Office, client: httpx.Client, viewer: Viewer, known: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """What everything that can be read without knowing a secret says, without the time of day."""
    for operation in operations(office.app):
        if operation.method != "get" or not set(operation.ids) <= set(SHARED):
            continue
        for values in product(*(known[name] for name in operation.ids)):
            for query in ({}, {"q": WORD} if "q" in operation.query else {}):
                ids = dict(zip(operation.ids, values, strict=True))
                answer = operation.ask(client, ids, query)
                yield f"{operation} {ids} {query}", re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?", "", answer.text)


def test_what_is_hidden_changes_nothing_that_others_are_told(world: World):
    office, told = world.office, []
    for name, client, viewer in outsiders(office):
        for asked, text in answers(office, client, viewer, world.known_to(viewer)):
            if text != world.before[name].get(asked, text):
                told.append(f"{name} is told by {asked} that something hidden is there: {text[:300]}")
            if re.search(rf"{MARK}\w+Alice", text):
                told.append(f"{name} reads a secret in {asked}: {text[:300]}")
    assert not told, "\n".join(told)


def test_what_is_hidden_cannot_be_named(world: World):
    office, cast, found = world.office, world.office.cast, []
    for operation in operations(office.app):
        for name in set(operation.ids) - set(PLAIN):
            for client, viewer, own in (
                (office.bob, cast.bob, world.bobs),
                (office.mallory, cast.mallory, world.mallorys),
            ):
                others = ids_of(own) | {name: ids[0] for name, ids in world.known_to(viewer).items()}
                for secret in secrets_of(world, name, viewer):
                    found += compared(operation, client, viewer, others, name, secret)
    assert not found, "\n".join(found)


def test_what_is_hidden_cannot_be_asked_for(world: World):
    """Lists of what hangs on something hidden are those of something that is not there."""
    office, found = world.office, []
    for operation in operations(office.app):
        for asked in operation.query:
            name = asked if asked in PRIVATE else f"{asked}_id"
            if operation.method == "get" and name in PRIVATE and set(operation.ids) <= set(SHARED):
                ids = {known: world.common[known][0] for known in operation.ids}
                texts = set()
                for id in (new_id(), *secrets_of(world, name, office.cast.bob)):
                    answer = operation.ask(office.bob, ids, {asked: id})
                    texts.add((answer.status_code, answer.text.replace(id, "…")))
                found += [f"{operation}?{asked}=: Bob can tell a hidden one: {texts}"] if len(texts) > 1 else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_what_it_is_for(world: World, role: str):
    """Carol in every role: neither by name nor in any list does she find what her role does not reach."""
    office, cast, found = world.office, world.office.cast, []
    with transaction(office.engine) as session:
        carol = seated(session, cast.carol, role)
    others = {name: ids[0] for name, ids in world.common.items()} | ids_of(world.bobs)
    for operation in operations(office.app):
        for name in set(operation.ids) & set(PRIVATE):
            secrets = [secret.id for secret in world.hidden[name] if secret.is_hidden_from(carol)]
            for secret in secrets[:3]:
                found += compared(operation, office.carol, carol, others, name, secret)
    kinds = {thing.record.kind for thing in world.hidden["record_id"] if thing.record and thing.is_hidden_from(carol)}
    marks = [name_of(kind, cast.alice).split()[0] for kind in kinds]
    for asked, text in answers(office, office.carol, carol, world.common):
        found += [f"{role} reads {mark} in {asked}: {text[:300]}" for mark in marks if mark in text]
    assert not found, "\n".join(found)


def test_reps_change_nothing_that_is_everybodys(world: World):
    """They may read roles, folders and members; to write them takes a power."""
    office, found = world.office, []
    for operation in operations(office.app):
        creates = operation.method == "post" and "folder_id" in operation.ids
        if operation.method == "get" or not operation.ids or not set(operation.ids) <= set(SHARED) or creates:
            continue
        answer = operation.ask(office.bob, {name: world.common[name][0] for name in operation.ids})
        if answer.status_code != 403:
            found.append(f"{operation}: Bob gets {answer.status_code} {answer.text[:200]}")
    assert not found, "\n".join(found)


def seated(session: Session, viewer: Viewer, role: str) -> Viewer:
    given = next(one for one in roles(session, viewer=viewer) if one.name == role)
    give_roles(session, member=session.get_one(Member, viewer.member_id), role_ids=[given.id])
    return viewer_by_id(session, viewer.member_id)


def ids_of(things: Mapping[str, list[Thing]]) -> Ids:
    return {name: found[0].id for name, found in things.items()} | PLAIN


def secrets_of(world: World, name: str, viewer: Viewer) -> list[str]:
    """Ids that this viewer must not know anything of."""
    if name in PRIVATE:
        return [thing.id for thing in world.hidden[name] if thing.is_hidden_from(viewer)]
    return world.common[name][:3] if viewer is world.office.cast.mallory else []


def compared(
    operation: Operation, client: httpx.Client, viewer: Viewer, others: Ids, name: str, secret: str
) -> list[str]:
    """What is wrong with the answer about a secret: it is not that about an id which nothing has."""
    nothing = "nobody@nowhere.example" if name == "email" else new_id()
    answer = operation.ask(client, others | {name: secret})
    empty = operation.ask(client, others | {name: nothing})
    shown, expected = answer.text.replace(secret, "…"), empty.text.replace(nothing, "…")
    if answer.status_code == 404 or (answer.status_code == 403 and (403, expected) == (empty.status_code, shown)):
        return []
    return [
        f"{operation}: {viewer.name} gets {answer.status_code} for a hidden {name}, and {empty.status_code} for one "
        f"that does not exist: {answer.text[:200]}"
    ]
