"""The search box over REST."""

from typing import Any

import httpx
import pytest
from sqlmodel import col, select

import app.timeline.search.indexing as indexing
from app.core.database import transaction
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.timeline.search.rebuilding import rebuild, size
from app.workspaces.access import Viewer
from app.workspaces.seats import refresh_access
from models import FieldDef, FieldGrant, MailboxMessage, MemberRole, MessageBody, Record, SearchDue, TimelineEntry
from tests.api.office import Office, made
from tests.timeline.mail import store_mail


def create(office: Office, client: httpx.Client, kind: str = "contact", **values: Any) -> str:
    answer = client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values})
    return str(made(answer)["id"])


def hits(client: httpx.Client, q: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/search", params={"q": q, **parameters})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def names(client: httpx.Client, q: str, **parameters: Any) -> list[str]:
    return [
        (hit["record"] or hit["entry"])["name" if hit["record"] else "title"] for hit in hits(client, q, **parameters)
    ]


def index_mail(office: Office) -> None:
    indexing.index_mail(JobContext(Settings(_env_file=None), office.engine))


@pytest.mark.parametrize(
    "q",
    [
        "dan",
        "Díaz",
        "diaz dana",
        "DANA@quarry.example",
        "dana@qu",
        "quarry.exa",
        "+49 30 12345",
        "030 123456",
        "00493012",
        "chief tech",
        "vip",
    ],
)
def test_a_person_is_found_by_whatever_is_known_of_them(office: Office, q: str):
    values = {"email": "dana@quarry.example", "phone": "+4930123456", "title": "Chief Technician", "tags": ["VIP"]}
    create(office, office.bob, name="Dana Díaz", **values)
    create(office, office.bob, name="Zoe Zhang", email="zoe@other.example", phone="+498912", title="Clerk")
    assert names(office.bob, q) == ["Dana Díaz"]


@pytest.mark.parametrize("slip", ["jonathn", "jonathaan", "jonahtan", "jomathan", "Jonathan Meier", "onathan"])
def test_one_slip_in_a_name_is_forgiven(office: Office, slip: str):
    create(office, office.bob, name="Jonathan Meyer")
    create(office, office.bob, name="Nathalie Meunier")
    (hit,) = hits(office.bob, slip)
    assert (hit["record"]["name"], hit["rank"]) == ("Jonathan Meyer", "slip")
    assert hit["matches"][0]["ranges"]


def test_who_types_a_whole_name_means_no_other(office: Office):
    create(office, office.bob, name="Jonathan Meyer")
    create(office, office.bob, name="Jonathan Meier")
    assert names(office.bob, "jonathan meyer") == ["Jonathan Meyer"]
    assert sorted(names(office.bob, "jonathan mejer")) == ["Jonathan Meier", "Jonathan Meyer"]


def test_numbers_and_short_words_are_taken_as_they_are(office: Office):
    create(office, office.bob, kind="deal", name="Renewal 2024")
    create(office, office.bob, name="Kim")
    assert names(office.bob, "renewal 2025") == []
    assert names(office.bob, "kin") == []
    assert names(office.bob, "2024") == ["Renewal 2024"]


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("王小明", "小明"),
        ("株式会社サンプル", "さんぷる"),
        ("김민수", "민수"),
        ("สมชาย ใจดี", "ใจดี"),
        ("أحمد محمّد", "محمد"),
        ("Łukasz", "lukasz"),
    ],
)
def test_every_script_is_searched(office: Office, name: str, q: str):
    create(office, office.bob, name=name)
    create(office, office.bob, name="李大勇")
    assert names(office.bob, q) == [name]


def test_better_matches_come_first_and_last_active_before_others(office: Office):
    create(office, office.bob, name="Zed", title="Rose")
    create(office, office.bob, name="Ann Rose")
    create(office, office.bob, name="Rosemary")
    active = create(office, office.bob, name="Rose Young")
    create(office, office.bob, name="Rosa Slip")
    create(office, office.bob, kind="company", name="Blooms", domain="rose.example")
    office.bob.post(f"/api/v1/records/{active}/notes", json={"text": "We talked about a rose"})
    found = hits(office.bob, "rose")
    assert [(hit["record"] or hit["entry"]).get("name") for hit in found] == [
        "Rose Young", "Rosemary", "Ann Rose", "Blooms", "Zed", None,
    ]  # fmt: skip
    assert [hit["rank"] for hit in found] == [
        "name_begins", "name_begins", "name_words", "other_words", "other_words", "text",
    ]  # fmt: skip
    assert hits(office.bob, "rose.example")[0]["rank"] == "key"


def test_a_hit_shows_where_it_matches(office: Office):
    create(office, office.bob, name="Dana Diaz", email="dana@quarry.example", title="<b>Quarry</b> master")
    (hit,) = hits(office.bob, "quarry")
    assert [(match["key"], match["text"], match["ranges"]) for match in hit["matches"]] == [
        ("email", "dana@quarry.example", [[5, 11]]),
        ("title", "<b>Quarry</b> master", [[3, 9]]),
    ]


def test_what_changes_is_found_anew(office: Office):
    dana = create(office, office.bob, name="Dana Diaz")
    office.bob.patch(f"/api/v1/records/{dana}", json={"values": {"name": "Erika Muster"}}).raise_for_status()
    assert names(office.bob, "dana") == []
    assert names(office.bob, "erika") == ["Erika Muster"]
    office.alice.delete(f"/api/v1/records/{dana}").raise_for_status()
    assert names(office.bob, "erika") == []
    office.alice.put(f"/api/v1/records/{dana}/archive")
    assert names(office.alice, "erika") == []


def test_archived_records_are_left_out(office: Office):
    dana = create(office, office.bob, name="Dana Diaz")
    office.bob.put(f"/api/v1/records/{dana}/archive").raise_for_status()
    assert names(office.bob, "dana") == []


def test_only_what_a_member_may_see_is_found(office: Office):
    dana = create(office, office.bob, name="Dana Diaz", email="dana@quarry.example")
    office.bob.post(f"/api/v1/records/{dana}/notes", json={"text": "She likes umbrellas"}).raise_for_status()
    for q, count in (("dana", 1), ("dana@quarry.example", 1), ("dama", 1), ("umbrellas", 1)):
        assert len(hits(office.bob, q)) == len(hits(office.alice, q)) == count
        assert hits(office.carol, q) == hits(office.mallory, q) == []


def hide(office: Office, viewer: Viewer, kind: str, key: str) -> None:
    with transaction(office.engine) as session:
        field = session.scalars(
            select(FieldDef).where(col(FieldDef.folder_id) == office.folder(kind), col(FieldDef.key) == key)
        ).one()
        role = session.scalars(select(MemberRole).where(col(MemberRole.member_id) == viewer.member_id)).one()
        session.add(
            FieldGrant(role_id=role.role_id, field_id=field.id, workspace_id=field.workspace_id, access="hidden")
        )
        session.flush()
        refresh_access(session, workspace_id=field.workspace_id)


def test_nobody_finds_anything_by_a_field_that_is_hidden_from_them(office: Office):
    create(office, office.bob, name="Dana Diaz", email="dana@quarry.example", title="Astronaut")
    hide(office, office.cast.bob, "contact", "title")
    hide(office, office.cast.bob, "contact", "email")
    assert (
        names(office.bob, "astronaut")
        == names(office.bob, "dana@quarry.example")
        == names(office.bob, "dana astro")
        == []
    )
    assert names(office.alice, "dana astro") == ["Dana Diaz"]
    (hit,) = hits(office.bob, "dana")
    assert [match["key"] for match in hit["matches"]] == ["name"]


def test_notes_are_found_and_found_no_more(office: Office):
    dana = create(office, office.bob, name="Dana Diaz")
    url = f"/api/v1/records/{dana}/notes"
    note = office.bob.post(url, json={"text": "Ask about the zeppelin, 王小明先生"}).json()
    (hit,) = hits(office.bob, "zepp")
    assert hit["entry"]["type"] == "note"
    assert [record["name"] for record in hit["entry"]["records"]] == ["Dana Diaz"]
    assert hit["matches"][0]["text"] == "Ask about the zeppelin, 王小明先生"
    assert len(hits(office.bob, "小明")) == len(hits(office.bob, "about zeppelin")) == 1
    office.bob.patch(f"/api/v1/timeline/{note['id']}", json={"text": "Ask about the balloon"}).raise_for_status()
    assert (len(hits(office.bob, "zeppelin")), len(hits(office.bob, "balloon"))) == (0, 1)
    office.bob.delete(f"/api/v1/timeline/{note['id']}").raise_for_status()
    assert hits(office.bob, "balloon") == []


@pytest.fixture
def mailed(office: Office) -> str:
    """A contact of nobody's with an open and a private mail, both held by Bob; returns its id."""
    dana = create(office, office.alice, name="Dana Diaz")
    with transaction(office.engine) as session:
        session.get_one(Record, dana).owner_id = None
        for subject, private in (("Marmalade order", False), ("Marmalade secret", True)):
            box = office.cast.mailboxes[office.cast.bob.member_id]
            place = {"workspace_id": office.cast.workspace_id, "record_ids": [dana], "mailbox_ids": [box]}
            entry = store_mail(session, **place, private=private, subject=subject, text="short")
            message_id = session.get_one(TimelineEntry, entry).message_id
            assert message_id
            body = {"visible_text": "Twelve jars, please", "full_text": "", "html": "", "parser_version": 1}
            session.add(MessageBody(message_id=message_id, workspace_id=office.cast.workspace_id, **body))
            indexing.index_later(session, workspace_id=office.cast.workspace_id, entry_ids=[entry])
    return dana


def test_mail_is_indexed_soon_and_private_mail_found_by_its_holder_alone(office: Office, mailed: str):
    assert hits(office.bob, "marmalade") == []
    index_mail(office)
    assert sorted(names(office.bob, "jars")) == ["Marmalade order", "Marmalade secret"]
    assert names(office.carol, "marmalade jar") == names(office.alice, "marmalade") == ["Marmalade order"]
    assert hits(office.mallory, "marmalade") == []
    with transaction(office.engine, read_only=True) as session:
        assert session.scalars(select(SearchDue)).all() == []
        assert len(session.scalars(select(MailboxMessage)).all()) == 2


def test_an_import_leaves_older_mail_for_later(office: Office, mailed: str):
    context = JobContext(Settings(_env_file=None), office.engine)
    assert indexing.index_due(context, limit=1) == 1
    assert names(office.bob, "jars") == ["Marmalade secret"]
    assert indexing.index_due(context, limit=1) == 1
    assert indexing.index_due(context, limit=1) == 0
    assert len(names(office.bob, "jars")) == 2


def test_a_search_is_kept_to_a_folder_or_a_kind(office: Office, mailed: str):
    index_mail(office)
    create(office, office.alice, kind="company", name="Marmalade Ltd")
    create(office, office.alice, name="Mara Marmalade")
    alice = office.alice
    assert names(alice, "marmalade") == ["Marmalade Ltd", "Mara Marmalade", "Marmalade order"]
    assert names(alice, "marmalade", kind="company") == ["Marmalade Ltd"]
    assert names(alice, "marmalade", kind="email") == ["Marmalade order"]
    assert names(alice, "marmalade", folder=office.folder("contact")) == ["Mara Marmalade", "Marmalade order"]
    assert alice.get("/api/v1/search", params={"q": "m", "kind": "planet"}).json()["field"] == "kind"
    foreign = office.folder("contact", office.cast.mallory)
    assert alice.get("/api/v1/search", params={"q": "m", "folder": foreign}).status_code == 404


def test_pages_follow_each_other_through_records_and_entries(office: Office):
    for number in range(5):
        dana = create(office, office.bob, name=f"Dana Number {number}")
        office.bob.post(f"/api/v1/records/{dana}/notes", json={"text": f"Dana called, {number}"}).raise_for_status()
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        parameters = {"q": "dana", "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = office.bob.get("/api/v1/search", params=parameters).json()
        seen += [(hit["record"] or hit["entry"])["id"] for hit in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 10
    assert office.bob.get("/api/v1/search", params={"q": "dana", "cursor": "x"}).status_code == 422


@pytest.mark.parametrize(
    "q", ["", "  ", "' OR 1", '"', "a\0b", "%", "_", "*", "x:y AND", "\\", "=", "~1", "𝒳", "a" * 200, "a@b@c", ",@,"]
)
def test_nothing_that_is_typed_breaks_the_search(office: Office, q: str):
    create(office, office.bob, name="Dana")
    assert hits(office.bob, q) == []


def test_rebuilding_the_index_brings_everything_back_and_may_be_repeated(office: Office, mailed: str):
    note = {"text": "Ask about the zeppelin"}
    office.alice.post(f"/api/v1/records/{mailed}/notes", json=note).raise_for_status()
    before = [names(office.alice, q) for q in ("dana", "zeppelin", "dama")]
    with transaction(office.engine) as session:
        total = size(office.engine)
        session.connection().exec_driver_sql("DELETE FROM search_text")
        session.connection().exec_driver_sql("DELETE FROM search_word")
    assert [names(office.alice, q) for q in ("dana", "zeppelin")] == [[], []]
    for _ in range(2):
        assert sum(rebuild(office.engine)) == total
        assert [names(office.alice, q) for q in ("dana", "zeppelin", "dama")] == before
        assert names(office.alice, "marmalade") == ["Marmalade order"]
        index_mail(office)
