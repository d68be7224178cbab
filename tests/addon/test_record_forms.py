"""Making and changing records of any folder in a card."""

from copy import deepcopy
from typing import Any

import orjson
import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.hot import reading
from app.records.deals import create_deal, stages_of
from app.records.fieldwork.making import NewField, create_field
from app.records.folders import create_folder
from app.records.pipelines import create_pipeline
from app.records.schema import folder_of_kind, schema_of
from app.records.seen import seen_by_id
from app.records.service import create_in, create_record, update_record
from app.records.stages import change_stage
from app.workspaces.grants import bar_field, grant_folder
from app.workspaces.roles import roles
from gmail_addon.context import addon_of, identify
from gmail_addon.events import parse_event
from gmail_addon.form_making import edit_form
from gmail_addon.visit import find_visit
from models import FieldChange, Folder, Record, RecordLink
from tests.addon.conftest import Desk
from tests.addon.sidebar import Moment, Sidebar, form_values, nodes, texts
from tests.addon.test_access import ask
from tests.addon.test_contacts import make_jane
from tests.cast import Cast

EVERY_TYPE: dict[str, tuple[dict[str, Any], Any, Any]] = {
    # options, what is written, what is stored
    "text": ({}, 'Say "hi" <b>now</b>', 'Say "hi" <b>now</b>'),
    "long_text": ({}, "One\nTwo  three", "One\nTwo  three"),
    "dropdown": ({"choices": ["Red", "Blue, dark"]}, "Blue, dark", "Blue, dark"),
    "tags": ({}, ["vip", "a, b", 'said "so"'], ["vip", "a, b", 'said "so"']),
    "email": ({}, "jane@acme.com, j.roe@acme.com", ["jane@acme.com", "j.roe@acme.com"]),
    "phone": ({}, "+49 30 123456; 112 ext. 4", ["+4930123456", "112 ext. 4"]),
    "url": ({}, "https://acme.com/a?b=c&d=e", "https://acme.com/a?b=c&d=e"),
    "domain": ({}, "acme.com", "acme.com"),
    "number": ({"decimals": 3}, "1234.567", 1234.567),
    "currency": ({}, "1234.50", 123_450),
    "percent": ({"decimals": 2}, "12.5", 12.5),
    "rating": ({"max": 5}, "4", 4),
    "date": ({}, "2026-03-01", "2026-03-01"),
    "datetime": ({}, "2026-03-01T12:00:30+00:00", "2026-03-01T12:00:30+00:00"),
    "checkbox": ({}, True, True),
    "address": (
        {},
        {"street": "1 Main St", "city": "Berlin", "postal_code": "10115", "country": "DE"},
        {"street": "1 Main St", "city": "Berlin", "postal_code": "10115", "country": "DE"},
    ),
    "file": (
        {},
        [{"name": "The plan", "url": "https://acme.com/p.pdf"}, {"name": "x", "url": "https://acme.com/x"}],
        [{"name": "The plan", "url": "https://acme.com/p.pdf"}, {"name": "x", "url": "https://acme.com/x"}],
    ),
}
CHANGED: dict[str, tuple[object, Any]] = {
    # what the person types, what is stored then
    "text": ("New text", "New text"),
    "long_text": ("A\r\nB", "A\nB"),
    "dropdown": (["=Red"], "Red"),
    "tags": ('vip, "a, b", new', ["vip", "a, b", "new"]),
    "email": ("other@acme.com", ["other@acme.com"]),
    "phone": ("+44 20 7946 0000", ["+442079460000"]),
    "url": ("acme.org", "https://acme.org"),
    "domain": ("acme.org", "acme.org"),
    "number": ("1,000.25", 1000.25),
    "currency": ("1.234,50", 123_450),
    "percent": ("100 %", 100),
    "rating": (["=0"], 0),
    "date": (1_796_083_200_000, "2026-12-01"),
    "datetime": (Moment(1_796_083_200_000), "2026-11-30T23:00:00+00:00"),
    "checkbox": ([], False),
    "file": ("The plan https://acme.com/p.pdf\nhttps://acme.com/n.pdf", None),
}


def folder_of_everything(session: Any, cast: Cast) -> Folder:
    """A folder with a field of every type that people fill in, by the type's name."""
    folder = create_folder(session, viewer=cast.alice, name="Projects", singular="Project")
    plans = [
        NewField(name=f"My {kind}", key=kind, type=kind, options=options) for kind, (options, *_) in EVERY_TYPE.items()
    ]
    plans += [
        NewField(name="Helper", key="helper", type="user", group="People"),
        NewField(name="Team", key="team", type="users", group="People"),
        NewField(name="Customer", key="customer", type="record", options={"kind": "company"}),
        NewField(name="Friends", key="friends", type="records", options={"kind": "contact", "label": "friend"}),
    ]
    for plan in plans:
        create_field(session, viewer=cast.alice, folder_id=folder.id, plan=plan)
    return folder


@pytest.fixture
def project(desk: Desk) -> str:
    """A record with a value of every type."""
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        folder = folder_of_everything(session, cast)
        jane = make_jane(session, cast)
        tom = create_record(
            session, workspace_id=cast.workspace_id, kind="contact", values={"name": "Tom, Jr."}, viewer=cast.bob
        )
        company = session.get_one(Record, jane).company_id
        values = {kind: written for kind, (_, written, _) in EVERY_TYPE.items()}
        values |= {"name": "Moon", "helper": cast.bob.member_id, "team": [cast.bob.member_id, cast.alice.member_id]}
        values |= {"customer": company, "friends": [jane, tom.id]}
        return create_in(session, folder=folder, values=values, viewer=cast.alice).id


def at_home(desk: Desk, who: str = "alice") -> Sidebar:
    sidebar = desk.sit(getattr(desk.cast, who))
    sidebar.home()
    return sidebar


def opens(sidebar: Sidebar, name: str, **parameters: str) -> None:
    """Click a button that opens a form."""
    listed = [{"key": key, "value": value} for key, value in {"a": name, **parameters}.items()]
    sidebar.click({"function": "https://crm.example/addon/gmail/action", "parameters": listed})


def record(desk: Desk, record_id: str) -> Record:
    with transaction(desk.context.engine) as session:
        found = session.get_one(Record, record_id)
        session.expunge(found)
        return found


def made(desk: Desk, kind: str, name: str) -> list[Record]:
    with transaction(desk.context.engine) as session:
        found = session.scalars(select(Record).where(Record.kind == kind, Record.name == name)).all()
        session.expunge_all()
        return list(found)


def folder_id(desk: Desk, kind: str) -> str:
    with transaction(desk.context.engine) as session:
        return folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind=kind).id


def test_a_form_saved_as_it_was_drawn_changes_nothing(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    before = record(desk, project)
    opens(alice, "edit_record", id=project)
    assert {"My text", "My address · City", "Friends", "People"} <= set(texts(alice.card))
    alice.press("Save")
    assert alice.notice == "Moon is saved"
    after = record(desk, project)
    assert (after.version, after.data, after.owner_id) == (before.version, before.data, before.owner_id)


def test_a_change_of_one_field_leaves_the_others(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    before = record(desk, project)
    opens(alice, "edit_record", id=project)
    alice.press("Save", **{"f.name": "Mars"})
    after = record(desk, project)
    assert (after.name, after.data, after.version) == ("Mars", before.data, before.version + 1)
    with transaction(desk.context.engine) as session:
        assert [change.key for change in session.scalars(select(FieldChange))] == ["name"]
        assert len(session.scalars(select(RecordLink).where(RecordLink.label == "friend")).all()) == 2


@pytest.mark.parametrize("kind", CHANGED)
def test_each_type_of_field_is_changed(desk: Desk, project: str, kind: str) -> None:
    typed, stored = CHANGED[kind]
    alice = at_home(desk)
    before = record(desk, project)
    assert before.data[kind] == EVERY_TYPE[kind][2]
    opens(alice, "edit_field", id=project, field=kind)
    assert alice.card["header"]["title"] == f"My {kind}"
    alice.press("Save", **{f"f.{kind}": typed})
    after = record(desk, project).data
    if kind == "file":
        stored = [before.data["file"][0], {"name": "n.pdf", "url": "https://acme.com/n.pdf"}]
    assert after == {**before.data, kind: stored}


def test_fields_are_emptied_where_gmail_sends_nothing(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    opens(alice, "edit_record", id=project)
    kinds = [kind for kind in EVERY_TYPE if kind not in ("dropdown", "rating", "checkbox", "address")]
    empty: dict[str, object] = {f"f.{kind}": [] for kind in [*kinds, "team", "customer", "friends", "checkbox"]}
    empty |= {f"f.{kind}": ["-"] for kind in ("dropdown", "rating", "helper")}
    empty |= {f"f.address.{part}": [] for part in ("street", "city", "region", "postal_code", "country")}
    alice.press("Save", **empty)
    data = record(desk, project).data
    assert {key for key, value in data.items() if value is not None} == {"checkbox"}
    assert data["checkbox"] is False
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(RecordLink).where(RecordLink.label == "friend")).all() == []


def test_a_new_record_of_every_type(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        folder = folder_of_everything(session, desk.cast).id
        jane = make_jane(session, desk.cast)
    alice = at_home(desk)
    opens(alice, "new_record")
    alice.press("Project")
    typed = {f"f.{kind}": value for kind, (value, _) in CHANGED.items() if kind != "file"}
    alice.press("Create", **{**typed, "f.name": "Moon", "f.customer": "Acme", "f.friends": "jane roe · jane@acme.com"})
    assert alice.notice == "Moon is now in Sidenote"
    assert alice.card["header"]["title"] == "Moon"
    (moon,) = made(desk, "custom", "Moon")
    assert moon.folder_id == folder
    stored = {kind: value for kind, (_, value) in CHANGED.items() if kind not in ("file", "checkbox")}
    assert {key: moon.data.get(key) for key in stored} == stored
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(RecordLink)).one().to_id == jane
        assert moon.data["customer"] == session.get_one(Record, jane).company_id


def test_a_refused_form_keeps_what_was_typed(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    opens(alice, "edit_record", id=project)
    alice.press("Save", **{"f.name": "Mars", "f.currency": "a lot", "f.text": "<b>&", "f.date": 1_796_083_200_000})
    said = texts(alice.card)
    assert any(text.startswith("My currency: write an amount") for text in said)
    values = form_values(alice.card)
    assert (values["f.name"], values["f.currency"], values["f.text"]) == ("Mars", "a lot", "<b>&")
    assert values["f.date"] == 1_796_083_200_000
    assert record(desk, project).name == "Moon"
    alice.press("Save", **{"f.currency": "7"})
    after = record(desk, project)
    assert (after.name, after.data["currency"], after.data["text"], after.data["date"]) == (
        "Mars",
        700,
        "<b>&",
        "2026-12-01",
    )


def test_a_required_field_is_marked_and_asked_for(desk: Desk) -> None:
    alice = at_home(desk)
    opens(alice, "new_record", kind="company")
    assert "Name *" in texts(alice.card)
    assert alice.action("Create")["requiredWidgets"] == ["f.name"]
    alice.press("Create", **{"f.name": " ", "f.phone": "+4930123456"})
    assert "Name: please fill this in." in texts(alice.card)
    assert form_values(alice.card)["f.phone"] == "+4930123456"


def test_what_others_changed_meanwhile_is_told(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    opens(alice, "edit_record", id=project)
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.alice, record_id=project, values={"currency": "99", "text": "Theirs"})
    alice.press("Save", **{"f.text": "Mine", "f.name": "Mars"})
    told = next(text for text in texts(alice.card) if text.startswith("Someone changed this"))
    assert "My currency is now €99.00." in told
    assert "My text is now Theirs." in told
    values = form_values(alice.card)
    assert (values["f.text"], values["f.name"], values["f.currency"]) == ("Mine", "Mars", "99.00")
    assert record(desk, project).name == "Moon"
    alice.press("Save")
    after = record(desk, project)
    assert (after.name, after.data["text"], after.data["currency"]) == ("Mars", "Mine", 9900)


def test_a_change_of_another_field_disturbs_nobody(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    opens(alice, "edit_field", id=project, field="text")
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.alice, record_id=project, values={"currency": "99"})
    alice.press("Save", **{"f.text": "Mine"})
    assert alice.notice == "Moon is saved"
    assert record(desk, project).data["text"] == "Mine"


def test_a_double_click_makes_one_record(desk: Desk) -> None:
    alice = at_home(desk)
    opens(alice, "new_record", kind="product")
    create = alice.action("Create")
    for _ in range(2):
        alice.answer(create, **{"f.name": "Chair", "f.amount": "12"})
    assert len(made(desk, "product", "Chair")) == 1


def two_acmes(desk: Desk) -> tuple[str, str]:
    where = desk.cast.workspace_id
    with transaction(desk.context.engine) as session:
        ids = [
            create_record(session, workspace_id=where, kind="company", values=values, viewer=desk.cast.bob).id
            for values in ({"name": "Acme", "domain": "acme.com"}, {"name": "Acme", "domain": "acme.de"})
        ]
        return ids[0], ids[1]


def test_an_ambiguous_name_is_one_tap_away(desk: Desk) -> None:
    _, second = two_acmes(desk)
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal")
    bob.press("Create", **{"f.name": "Chairs", "f.company": "acme", "f.amount": "900"})
    said = texts(bob.card)
    assert "Company: several are called acme. Which one is it?" in said
    assert {"acme.com · Bob Berg", "acme.de · Bob Berg"} <= set(said)
    assert form_values(bob.card)["f.amount"] == "900"
    chosen = [
        node["button"]["onClick"]["action"]
        for node in nodes(bob.card)
        if node.get("bottomLabel", "").startswith("acme.de")
    ]
    bob.click(chosen[0])
    assert bob.notice == "Chairs is now in Sidenote"
    (deal,) = made(desk, "deal", "Chairs")
    assert (deal.company_id, deal.amount) == (second, 90_000)


def test_suggestions_are_found_again(desk: Desk) -> None:
    first, second = two_acmes(desk)
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal")
    assert bob.suggest("f.company", "ac") == ["Acme · acme.com", "Acme · acme.de"]
    assert bob.suggest("f.company", "nobody") == []
    bob.press("Create", **{"f.name": "Chairs", "f.company": "Acme · acme.de"})
    assert made(desk, "deal", "Chairs")[0].company_id == second
    assert first != second


def test_several_records_are_suggested_after_a_comma(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal")
    assert bob.suggest("f.contacts", "Tom, ja") == ["Tom, Jane Roe · jane@acme.com"]


def test_a_related_record_that_is_missing_is_made_when_wanted(desk: Desk) -> None:
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal")
    bob.press("Create", **{"f.name": "Chairs", "f.contacts": "Ida New"})
    assert "Contacts: there is no Ida New yet." in texts(bob.card)
    assert made(desk, "contact", "Ida New") == []
    bob.press("Create Ida New")
    (ida,), (deal,) = made(desk, "contact", "Ida New"), made(desk, "deal", "Chairs")
    with transaction(desk.context.engine) as session:
        link = session.scalars(select(RecordLink)).one()
        assert {link.from_id, link.to_id} == {ida.id, deal.id}


def test_the_company_of_a_new_contact_comes_along(desk: Desk) -> None:
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="contact")
    bob.press("Create", **{"f.name": "Ida", "f.email": "ida@newco.com", "f.company": "Newco"})
    (company,) = made(desk, "company", "Newco")
    assert company.data["domain"] == "newco.com"
    assert made(desk, "contact", "Ida")[0].company_id == company.id


def test_records_out_of_sight_are_neither_suggested_nor_taken(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        create_record(
            session,
            workspace_id=desk.cast.workspace_id,
            kind="contact",
            values={"name": "Carla Secret"},
            viewer=desk.cast.carol,
        )
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal")
    assert bob.suggest("f.contacts", "Carla") == []
    bob.press("Create", **{"f.name": "Chairs", "f.contacts": "Carla Secret"})
    assert "Contacts: there is no Carla Secret yet." in texts(bob.card)


def test_a_possible_duplicate_is_shown_first(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="contact")
    bob.press("Create", **{"f.name": "Roe, Jane", "f.title": "CEO"})
    said = texts(bob.card)
    assert "Is this already in Sidenote?" in said
    assert "Jane Roe" in said
    assert form_values(bob.card)["f.title"] == "CEO"
    bob.press("Create anyway")
    assert made(desk, "contact", "Roe, Jane")[0].data["title"] == "CEO"


@pytest.mark.parametrize("unique", ["warn", "forbid"])
def test_a_value_that_another_record_has(desk: Desk, unique: str) -> None:
    with transaction(desk.context.engine) as session:
        folder = create_folder(session, viewer=desk.cast.alice, name="Projects", singular="Project")
        plan = NewField(name="Code", key="code", type="text", unique=unique)
        create_field(session, viewer=desk.cast.alice, folder_id=folder.id, plan=plan)
        create_in(session, folder=folder, values={"name": "Moon", "code": "A1"}, viewer=desk.cast.alice)
        where = folder.id
    alice = at_home(desk)
    opens(alice, "new_record", folder=where)
    alice.press("Create", **{"f.name": "Mars", "f.code": "a1"})
    assert "Code: Moon has the same value already." in texts(alice.card)
    assert made(desk, "custom", "Mars") == []
    if unique == "forbid":
        assert "Create anyway" not in texts(alice.card)
        alice.press("Open")
        assert alice.card["header"]["title"] == "Moon"
    else:
        alice.press("Create anyway")
        assert made(desk, "custom", "Mars")[0].data["code"] == "a1"


def test_long_lists_are_chosen_by_typing(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        folder = create_folder(session, viewer=desk.cast.alice, name="Projects", singular="Project")
        for kind in ("dropdown", "tags"):
            options = {"choices": [f"Place {number}, old" for number in range(150)], "open": False}
            create_field(
                session,
                viewer=desk.cast.alice,
                folder_id=folder.id,
                plan=NewField(name=kind, key=kind, type=kind, options=options),
            )
        where = folder.id
    alice = at_home(desk)
    opens(alice, "new_record", folder=where)
    assert len(alice.suggest("f.dropdown", "place 14")) == 11
    assert alice.suggest("f.tags", '"Place 1, old", 149') == ['"Place 1, old", "Place 149, old"']
    alice.press("Create", **{"f.name": "Moon", "f.dropdown": "Nowhere"})
    assert any(text.startswith("dropdown: choose one of") for text in texts(alice.card))
    alice.press("Create", **{"f.dropdown": "place 140, old", "f.tags": '"Place 1, old", "Place 149, old"'})
    (moon,) = made(desk, "custom", "Moon")
    assert (moon.data["dropdown"], moon.data["tags"]) == ("Place 140, old", ["Place 1, old", "Place 149, old"])


def stage(desk: Desk, name: str) -> str:
    with transaction(desk.context.engine) as session:
        return next(each.id for each in stages_of(session, viewer=desk.cast.bob) if each.name == name)


def test_a_stage_asks_for_the_fields_that_are_empty(desk: Desk) -> None:
    proposal = stage(desk, "Proposal")
    with transaction(desk.context.engine) as session:
        change_stage(
            session,
            viewer=desk.cast.alice,
            stage_id=proposal,
            changes={"required": ["amount", "next_step", "contacts", "name"]},
        )
        make_jane(session, desk.cast)
        deal = create_deal(session, viewer=desk.cast.bob, values={"name": "Chairs", "next_step": "Call"}).id
    bob = at_home(desk, "bob")
    opens(bob, "open_record", id=deal)
    bob.choose(f"stage.{deal}", proposal)
    assert bob.card["header"]["title"] == "Move to Proposal"
    assert {node["name"] for node in nodes(bob.card) if str(node.get("name", "")).startswith("f.")} == {
        "f.amount",
        "f.contacts",
    }
    bob.press("Save and move", **{"f.amount": "100"})
    assert any("Proposal asks for more: fill in Contacts" in text for text in texts(bob.card))
    assert record(desk, deal).amount is None
    bob.press("Save and move", **{"f.contacts": "Jane Roe"})
    assert bob.notice == "Chairs moved to Proposal"
    after = record(desk, deal)
    assert (after.stage_id, after.amount) == (proposal, 10_000)


def test_a_stage_of_an_own_folder_asks_too(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        folder = create_folder(session, viewer=desk.cast.alice, name="Projects", singular="Project")
        create_field(
            session, viewer=desk.cast.alice, folder_id=folder.id, plan=NewField(name="Code", key="code", type="text")
        )
        create_pipeline(session, viewer=desk.cast.alice, folder_id=folder.id, name="Work")
        where = folder.id
    alice = at_home(desk)
    opens(alice, "new_record", folder=where)
    alice.press("Create", **{"f.name": "Moon"})
    (moon,) = made(desk, "custom", "Moon")
    dropdown = next(node for node in nodes(alice.card) if node.get("name") == f"stage.{moon.id}")
    lost = next(item["value"] for item in dropdown["items"] if item["text"] == "Lost")
    alice.choose(f"stage.{moon.id}", lost)
    alice.press("Save and move", **{"f.lost_reason": "Too late"})
    assert alice.notice == "Moon moved to Lost"
    assert record(desk, moon.id).stage_id == lost


def test_the_stage_moves_with_the_whole_form(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        deal = create_deal(session, viewer=desk.cast.bob, values={"name": "Chairs"}).id
    bob = at_home(desk, "bob")
    opens(bob, "edit_record", id=deal)
    bob.press("Save", **{"f.stage": ["=" + stage(desk, "Lost")], "f.amount": "5"})
    assert any(text.startswith("Lost reason: say") for text in texts(bob.card))
    bob.press("Save and move", **{"f.lost_reason": "Pricing"})
    after = record(desk, deal)
    assert (after.status, after.amount, after.data["lost_reason"]) == ("lost", 500, "Pricing")


def test_a_lead_is_given_up_with_its_reason(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        lead = create_record(
            session, workspace_id=desk.cast.workspace_id, kind="lead", values={"name": "Ida"}, viewer=desk.cast.bob
        ).id
    bob = at_home(desk, "bob")
    opens(bob, "edit_field", id=lead, field="status")
    bob.press("Save", **{"f.status": ["=Unqualified"]})
    assert any(text.startswith("Reason: say why") for text in texts(bob.card))
    bob.press("Save", **{"f.unqualified_reason": "No budget"})
    after = record(desk, lead)
    assert (after.status, after.data["unqualified_reason"]) == ("Unqualified", "No budget")


def test_a_new_record_knows_where_it_comes_from(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        company = session.get_one(Record, jane).company_id or ""
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal", about=jane, **{"preset.company": company, "preset.amount": "12.50"})
    values = form_values(bob.card)
    assert (values["f.contacts"], values["f.company"], values["f.amount"]) == (
        "Jane Roe · jane@acme.com",
        "Acme · acme.com",
        "12.50",
    )
    bob.press("Create", **{"f.name": "Chairs"})
    (deal,) = made(desk, "deal", "Chairs")
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(RecordLink)).one().to_id == jane
    assert (deal.company_id, deal.amount, deal.owner_id) == (company, 1250, desk.cast.bob.member_id)


def test_hidden_and_locked_fields_are_neither_shown_nor_written(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        rep = next(role.id for role in roles(session, viewer=desk.cast.alice) if role.name == "Rep")
        schema = schema_of(session, folder=folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind="contact"))
        for key, access in (("title", "hidden"), ("phone", "read")):
            bar_field(session, viewer=desk.cast.alice, role_id=rep, field_id=schema.field(key).id, access=access)
        jane = make_jane(session, desk.cast)
    before = record(desk, jane)
    bob = at_home(desk, "bob")
    opens(bob, "edit_record", id=jane)
    assert not {"Job title", "Phone"} & set(texts(bob.card))
    forged = forging(bob.action("Save"), "f.title", "f.phone", "f.emails_in")
    bob.click(forged, **{"f.title": "CEO", "f.phone": "+4930999999", "f.emails_in": "9", "f.name": "Janet"})
    after = record(desk, jane)
    assert (after.name, after.data, after.emails_in) == ("Janet", before.data, before.emails_in)


def forging(action: dict[str, Any], *names: str) -> dict[str, Any]:
    """The click of a form that claims to have shown these inputs, too."""
    forged = deepcopy(action)
    shown = next(each for each in forged["parameters"] if each["key"] == "fields")
    shown["value"] += "," + ",".join(names)
    return forged


def test_only_who_may_change_a_record_gets_its_form(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        hers = make_jane(session, desk.cast, owner=desk.cast.carol)
        alices = create_record(
            session,
            workspace_id=desk.cast.workspace_id,
            kind="company",
            values={"name": "Hers"},
            viewer=desk.cast.alice,
        )
        alices.territory_id = desk.cast.north
        seen = alices.id
        rep = next(role.id for role in roles(session, viewer=desk.cast.alice) if role.name == "Rep")
        products = folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind="product").id
        none = dict.fromkeys(("create", "edit", "delete", "export", "mail"), "none") | {"read": "all"}
        grant_folder(session, viewer=desk.cast.alice, role_id=rep, folder_id=products, rights=none)
    bob, mallory = at_home(desk, "bob"), at_home(desk, "mallory")
    folder = folder_id(desk, "contact")
    for sidebar, id in ((bob, hers), (mallory, hers), (mallory, seen)):
        assert "does not exist" in ask(sidebar, a="edit_record", id=id)["notice"]
        assert (
            "does not exist"
            in ask(sidebar, {"f.name": "X"}, a="save_record", folder=folder, id=id, fields="f.name")["notice"]
        )
    assert "belongs to someone else" in ask(bob, a="edit_record", id=seen)["notice"]
    opens(bob, "open_record", id=seen)
    assert "Edit" not in texts(bob.card)
    assert "does not exist" in ask(mallory, a="new_record", folder=folder)["notice"]
    assert "may not create" in ask(bob, a="new_record", kind="product")["notice"]
    assert made(desk, "contact", "X") == []


def test_more_fields_than_a_card_holds_go_on_pages(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        folder = create_folder(session, viewer=desk.cast.alice, name="Projects", singular="Project")
        for number in range(120):
            plan = NewField(name=f"Part {number}", key=f"part{number}", type="text", required=number == 119)
            create_field(session, viewer=desk.cast.alice, folder_id=folder.id, plan=plan)
        where = folder.id
    alice = at_home(desk)
    opens(alice, "new_record", folder=where)
    assert "Page 1 of 3: go on to fill in the other fields." in texts(alice.card)
    alice.press("Save, more fields", **{"f.name": "Moon", "f.part119": "last", "f.part0": "first"})
    assert "Page 2 of 3: go on to fill in the other fields." in texts(alice.card)
    alice.press("Save, more fields", **{"f.part70": "middle"})
    alice.press("Save", **{"f.part118": "end"})
    assert alice.card["header"]["title"] == "Moon"
    (moon,) = made(desk, "custom", "Moon")
    filled = {key: value for key, value in moon.data.items() if value is not None}
    assert filled == {"part0": "first", "part70": "middle", "part118": "end", "part119": "last"}


def test_what_no_card_holds_is_left_alone(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        folder = create_folder(session, viewer=desk.cast.alice, name="Projects", singular="Project")
        create_field(
            session, viewer=desk.cast.alice, folder_id=folder.id, plan=NewField(name="Plans", key="plans", type="file")
        )
        files = [{"name": str(number), "url": f"https://acme.com/{number}{'a' * 1_900}"} for number in range(20)]
        moon = create_in(session, folder=folder, values={"name": "Moon", "plans": files}, viewer=desk.cast.alice).id
    alice = at_home(desk)
    opens(alice, "edit_record", id=moon)
    assert "Plans is too long to be edited here." in texts(alice.card)
    alice.press("Save", **{"f.name": "Mars"})
    assert (record(desk, moon).name, record(desk, moon).data["plans"]) == ("Mars", files)


HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe & \"quotes\" 'n' commas, \u0000nul"


def test_hostile_text_stays_text(desk: Desk) -> None:
    bob = at_home(desk, "bob")
    opens(bob, "new_record", kind="deal")
    bob.press("Create", **{"f.name": HOSTILE, "f.company": HOSTILE, "f.contacts": HOSTILE, "f.amount": HOSTILE})
    assert form_values(bob.card)["f.name"]
    bob.suggest("f.company", HOSTILE)
    bob.suggest("f.contacts", HOSTILE)
    opens(bob, "new_record", kind="contact")
    bob.press("Create", **{"f.name": HOSTILE, "f.company": HOSTILE})
    assert len(made(desk, "company", HOSTILE.replace("\u0000", ""))) <= 1
    assert "is now in Sidenote" in (bob.notice or "")


def test_drawing_a_form_takes_four_statements(desk: Desk, project: str) -> None:
    alice = at_home(desk)
    addon = addon_of(desk.context)
    event = parse_event(orjson.dumps(alice.event()))
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=identify(addon, event))
        assert visit is not None
        found = seen_by_id(reader, viewer=visit.viewer, record_id=project)
        assert found is not None
        edit_form(visit, reader, record=found)
        assert reader.statements == 4
