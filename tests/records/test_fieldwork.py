"""Fields made, renamed, ordered, put aside and linked; keys that stay."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.records.fieldwork import (
    NewField,
    all_fields,
    archive_field,
    change_field,
    create_field,
    field_seen,
    order_fields,
    restore_field,
)
from app.records.fieldwork.naming import RESERVED, key_for
from app.records.folders import create_folder
from app.records.relations import linked_ids
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_in, update_record
from app.workspaces.access import viewer_by_id
from app.workspaces.grants import bar_field
from app.workspaces.roles import roles
from models import Event, FieldDef, Folder, Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def add(session: Session, cast: Cast, folder: Folder, name: str, type: str = "text", **plan: Any) -> FieldDef:
    return create_field(session, viewer=cast.alice, folder_id=folder.id, plan=NewField(name=name, type=type, **plan))


def contacts(session: Session, cast: Cast) -> Folder:
    return folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Größe (cm)", "grosse_cm"),
        ("Ævintýri", "aevintyri"),
        ("2nd address", "n2nd_address"),
        ("客戶", "field_3"),
        ("Taken", "taken_2"),
        ("ID", "id_2"),
        ("  ", "field_3"),
    ],
)
def test_keys_follow_from_names(name: str, key: str):
    assert key_for(name, taken=["taken", "field_2"]) == key


@given(name=st.text(max_size=100), taken=st.lists(st.sampled_from(["a", "field_1", "b_2"])))
def test_every_name_has_a_key(name: str, taken: list[str]):
    key = key_for(name, taken=taken)
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", key)
    assert key not in taken
    assert key not in RESERVED


def test_a_renamed_field_keeps_its_key_and_formulas_keep_working(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = create_folder(session, viewer=cast.alice, name="Orders")
        price = add(session, cast, folder, "Price", "number")
        add(session, cast, folder, "Double", "formula", options={"formula": "{Price} * 2"})
        change_field(
            session, viewer=cast.alice, field_id=price.id, changes={"name": "Net price", "help": "Without tax"}
        )
        assert (price.key, price.name, price.help) == ("price", "Net price", "Without tax")
        record = create_in(session, folder=folder, values={"name": "A", "price": "4"}, viewer=cast.alice)
        assert record.data["double"] == 8
        told = select(col(Event.data)).where(col(Event.type) == "field.changed", col(Event.subject_id) == price.id)
        assert session.scalars(told).one() == {"name": "Net price", "help": "Without tax"}


def test_a_formula_that_goes_in_circles_is_refused(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = create_folder(session, viewer=cast.alice, name="Orders")
        first = add(session, cast, folder, "First", "formula", options={"formula": "1"})
        add(session, cast, folder, "Second", "formula", options={"formula": "first + 1"})
        with pytest.raises(InvalidInput, match="circle"):
            change_field(session, viewer=cast.alice, field_id=first.id, changes={"options": {"formula": "second + 1"}})


def test_names_are_given_once_in_a_folder(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts(session, cast)
        add(session, cast, folder, "Shoe size", "number")
        with pytest.raises(InvalidInput) as refused:
            add(session, cast, folder, "shoe  SIZE")
        assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("type", "plan", "at"),
    [
        ("nothing", {}, "type"),
        ("text", {"options": {"result": "number"}}, "options"),
        ("dropdown", {}, "options"),
        ("dropdown", {"options": {"choices": ["a", "a"]}}, "options"),
        ("currency", {"options": {"currency": "EURO"}}, "options"),
        ("phone", {"options": {"region": "Germany"}}, "options"),
        ("record", {}, "options"),
        ("record", {"options": {"folder": "unknown"}}, "options"),
        ("record", {"options": {"kind": "unicorn"}}, "options"),
        ("statistics", {"options": {"statistic": "luck"}}, "options"),
        ("checkbox", {"unique": "forbid"}, "unique"),
        ("text", {"unique": "perhaps"}, "unique"),
        ("formula", {"options": {"formula": "1"}, "required": True}, "required"),
        ("text", {"help": "x" * 1_001}, "help"),
    ],
)
def test_what_makes_no_field_is_refused_by_name(
    database: Database, cast: Cast, type: str, plan: dict[str, Any], at: str
):
    with transaction(database.engine) as session:
        with pytest.raises(InvalidInput) as refused:
            add(session, cast, contacts(session, cast), "New", type, **plan)
        assert refused.value.field == at


def test_related_records_are_seen_from_both_sides(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        projects = create_folder(session, viewer=cast.alice, name="Projects")
        people = contacts(session, cast)
        options = {"folder": people.id, "inverse_name": "Works on"}
        team = add(session, cast, projects, "Team", "records", options=options)
        back = schema_of(session, folder=people).field("works_on")
        assert (back.type, back.options["inverse"], back.options["label"]) == ("records", True, team.options["label"])
        jo = create_in(session, folder=people, values={"name": "Jo"}, viewer=cast.alice)
        project = create_in(session, folder=projects, values={"name": "X", "team": [jo.id]}, viewer=cast.alice)
        assert linked_ids(session, record=jo, field=back) == [project.id]
        update_record(session, viewer=cast.alice, record_id=jo.id, values={"works_on": None})
        assert linked_ids(session, record=project, field=team) == []
        with pytest.raises(InvalidInput, match="label"):
            add(session, cast, projects, "Crew", "records", options={"folder": people.id, "label": "team"})


def test_choices_are_relabelled_and_never_lost_by_the_way(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts(session, cast)
        size = add(session, cast, folder, "Size", "dropdown", options={"choices": ["S", "M"]})
        jo = create_in(session, folder=folder, values={"name": "Jo", "size": "M"}, viewer=cast.alice)
        more = [{"value": "M", "label": "Medium", "color": "#123456"}, {"label": "L"}, {"value": "S", "label": "S"}]
        change_field(session, viewer=cast.alice, field_id=size.id, changes={"options": {"choices": more}})
        update_record(session, viewer=cast.alice, record_id=jo.id, values={"size": "medium"})
        assert jo.data["size"] == "M"
        with pytest.raises(Conflict, match="records may have M"):
            change_field(session, viewer=cast.alice, field_id=size.id, changes={"options": {"choices": ["L", "S"]}})
        count = add(session, cast, folder, "Count", "number")
        with pytest.raises(Conflict, match="Preview it as a change of type"):
            change_field(session, viewer=cast.alice, field_id=count.id, changes={"options": {"decimals": 0}})


def test_fixed_fields_stay_what_sidenote_works_with(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts(session, cast)
        fields = {field.key: field for field in schema_of(session, folder=folder).fields}
        change_field(session, viewer=cast.alice, field_id=fields["email"].id, changes={"name": "E-mail"})
        with pytest.raises(Conflict, match="Sidenote itself works with this field"):
            archive_field(session, viewer=cast.alice, field_id=fields["email"].id)
        with pytest.raises(InvalidInput, match="every record needs one"):
            change_field(session, viewer=cast.alice, field_id=fields["name"].id, changes={"required": False})
        lifecycle = fields["lifecycle"]
        choices = [{**choice, "label": choice["label"].upper()} for choice in lifecycle.options["choices"]]
        change_field(session, viewer=cast.alice, field_id=lifecycle.id, changes={"options": {"choices": choices}})
        with pytest.raises(Conflict, match="label them anew"):
            change_field(
                session,
                viewer=cast.alice,
                field_id=lifecycle.id,
                changes={"options": {"choices": [*choices, {"label": "Friend"}]}},
            )
        sources = [*fields["source"].options["choices"], {"label": "Podcast"}]
        change_field(
            session, viewer=cast.alice, field_id=fields["source"].id, changes={"options": {"choices": sources}}
        )


def test_an_archived_field_comes_back_with_its_values(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts(session, cast)
        size = add(session, cast, folder, "Size")
        jo = create_in(session, folder=folder, values={"name": "Jo", "size": "M"}, viewer=cast.alice)
        archive_field(session, viewer=cast.alice, field_id=size.id)
        assert not schema_of(session, folder=folder).has("size")
        with pytest.raises(InvalidInput, match="no such field"):
            update_record(session, viewer=cast.alice, record_id=jo.id, values={"size": "L"})
        other = add(session, cast, folder, "Size")
        assert other.key == "size_2"
        with pytest.raises(InvalidInput, match="Size is taken"):
            restore_field(session, viewer=cast.alice, field_id=size.id)
        change_field(session, viewer=cast.alice, field_id=other.id, changes={"name": "Other size"})
        restore_field(session, viewer=cast.alice, field_id=size.id)
        assert schema_of(session, folder=folder).fields[-1] == size
        assert session.get_one(Record, jo.id).data["size"] == "M"


def test_fields_are_ordered_as_a_whole(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts(session, cast)
        keys = [field.key for field in schema_of(session, folder=folder).fields]
        with pytest.raises(InvalidInput, match="order"):
            order_fields(session, viewer=cast.alice, folder=folder, keys=keys[1:])
        order_fields(session, viewer=cast.alice, folder=folder, keys=keys[::-1])
        assert [field.key for field in schema_of(session, folder=folder).fields] == keys[::-1]


def test_who_may_not_configure_or_know(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts(session, cast)
        size = add(session, cast, folder, "Size", default="M", required=True)
        rep = next(role for role in roles(session, viewer=cast.alice) if role.name == "Rep")
        for write in (
            lambda viewer: change_field(session, viewer=viewer, field_id=size.id, changes={"name": "X"}),
            lambda viewer: archive_field(session, viewer=viewer, field_id=size.id),
            lambda viewer: all_fields(session, viewer=viewer, folder=folder),
        ):
            with pytest.raises(Forbidden):
                write(cast.bob)
        with pytest.raises(NotFound):
            field_seen(session, viewer=cast.mallory, field_id=size.id)
        assert field_seen(session, viewer=cast.bob, field_id=size.id) is size
        for access in ("read", "hidden"):
            bar_field(session, viewer=cast.alice, role_id=rep.id, field_id=size.id, access=access)
            bob = viewer_by_id(session, cast.bob.member_id)
            made = create_in(session, folder=folder, values={"name": "Jo"}, viewer=bob)
            assert made.data["size"] == "M"
            with pytest.raises((Forbidden, InvalidInput)):
                create_in(session, folder=folder, values={"name": "Jo", "size": "L"}, viewer=bob)
        with pytest.raises(NotFound):
            field_seen(session, viewer=bob, field_id=size.id)
