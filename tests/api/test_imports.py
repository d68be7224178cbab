"""Files taken in over REST: planned, checked, run, stopped and undone, by who may."""

import csv
import io

import pytest

from tests.api.files import IMPORTS, actions, checked, planned, records, rows, sent, taken, undone
from tests.api.office import Office, made

PEOPLE = "Name,Email,Phone,Job title\nDana Diaz,dana@granite.example,+49 30 1234567,CEO\nEmil Ek,emil@ek.example,,\n"


def new(office: Office, client, kind: str = "contact", **values) -> str:
    answer = client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values})
    return made(answer)["id"]


def test_a_file_becomes_records_and_is_taken_back(office: Office):
    before = records(office, office.bob)
    one = sent(office, office.bob, PEOPLE)
    assert (one["state"], one["total"], one["headings"]) == ("ready", 2, ["Name", "Email", "Phone", "Job title"])
    assert [column["field"] for column in one["plan"]["columns"]] == ["name", "email", "phone", "title"]
    seen = checked(office, office.bob, one["id"])
    assert (seen["state"], seen["created"], seen["failed"]) == ("checked", 2, 0)
    assert records(office, office.bob) == before
    done = taken(office, office.bob, one["id"])
    assert (done["state"], done["handled"], done["created"]) == ("done", 2, 2)
    dana = records(office, office.bob)["Dana Diaz"]
    assert dana["email"] == ["dana@granite.example"]
    assert dana["phone"] == ["+49301234567"]
    assert dana["owner"] == office.cast.bob.member_id
    found = office.bob.get("/api/v1/search", params={"q": "granite"}).json()
    assert "Dana Diaz" in str(found)
    ended = undone(office, office.bob, one["id"], office.cast.bob.member_id)
    assert ended["state"] == "undone"
    assert records(office, office.bob) == before


@pytest.mark.parametrize(
    ("policy", "title", "phone", "action"),
    [
        ("update", "CEO", ["+49301234567"], "update"),
        ("fill", "CFO", ["+49301234567"], "update"),
        ("skip", "CFO", None, "skip"),
        ("create", "CFO", None, "create"),
    ],
)
def test_what_happens_to_a_record_that_is_there(office: Office, policy: str, title: str, phone: object, action: str):
    dana = new(office, office.bob, name="Dana D.", email="Dana@Granite.example", title="CFO")
    one = sent(office, office.bob, PEOPLE)
    assert planned(office.bob, one["id"], on_match=policy, match=["email"]).status_code == 200
    checked(office, office.bob, one["id"])
    assert actions(office.bob, one["id"]) == [action, "create"]
    done = taken(office, office.bob, one["id"])
    assert actions(office.bob, one["id"]) == [action, "create"]
    assert done["failed"] == 0
    values = office.bob.get(f"/api/v1/records/{dana}").json()["values"]
    assert (values["title"], values["phone"]) == (title, phone)
    undone(office, office.bob, one["id"], office.cast.bob.member_id)
    values = office.bob.get(f"/api/v1/records/{dana}").json()["values"]
    assert (values["title"], values["phone"]) == ("CFO", None)


@pytest.mark.parametrize(
    ("match", "heading", "cell", "kind", "values"),
    [
        ("email", "Email", "D.Ana+x@googlemail.com", "contact", {"email": "dana@gmail.com"}),
        ("phone", "Phone", "0049 (30) 12345-67".replace("0049", "+49"), "contact", {"phone": "+49301234567"}),
        ("name", "Name", "Diaz, Dana", "contact", {}),
        ("domain", "Domain", "https://www.granite.example/about", "company", {"domain": "granite.example"}),
        ("name", "Name", "dana  DIAZ", "company", {}),
    ],
)
def test_the_record_that_a_row_is_about(
    office: Office, match: str, heading: str, cell: str, kind: str, values: dict[str, str]
):
    there = new(office, office.bob, kind, name="Dana Diaz", **values)
    text = io.StringIO()
    csv.writer(text).writerows([[heading, "LinkedIn"], [cell, "https://linkedin.example/dana"]])
    one = sent(office, office.bob, text.getvalue(), kind=kind)
    fields = {heading: heading.lower(), "LinkedIn": "linkedin"}
    assert planned(office.bob, one["id"], fields, match=[match]).status_code == 200
    assert taken(office, office.bob, one["id"])["updated"] == 1, rows(office.bob, one["id"])
    (row,) = rows(office.bob, one["id"])
    assert row["record_id"] == there
    assert office.bob.get(f"/api/v1/records/{there}").json()["values"]["linkedin"] == "https://linkedin.example/dana"


def test_a_record_is_found_by_its_id_and_by_a_unique_field(office: Office):
    field = made(
        office.alice.post(
            f"/api/v1/folders/{office.folder('contact')}/fields",
            json={"name": "Customer number", "type": "text", "unique": "forbid"},
        )
    )["key"]
    dana, emil = new(office, office.bob, name="Dana", **{field: "K-1"}), new(office, office.bob, name="Emil")
    one = sent(office, office.bob, "Customer number,Job title\nk-1,CEO\n")
    fields = {"Customer number": field, "Job title": "title"}
    assert planned(office.bob, one["id"], fields, match=[f"field:{field}"]).status_code == 200
    assert taken(office, office.bob, one["id"])["updated"] == 1
    assert office.bob.get(f"/api/v1/records/{dana}").json()["values"]["title"] == "CEO"
    two = sent(office, office.bob, f"Record ID,Customer number\n{emil},K-2\n{'0' * 26},K-3\n,K-1\n")
    assert (
        planned(office.bob, two["id"], {"Record ID": "id", "Customer number": field}, match=["id"]).status_code == 200
    )
    done = taken(office, office.bob, two["id"])
    assert (done["updated"], done["failed"]) == (1, 2)
    assert office.bob.get(f"/api/v1/records/{emil}").json()["values"][field] == "K-2"


def test_two_rows_about_one_record_end_in_one(office: Office):
    text = "Name,Email,Job title,Phone\nDana Diaz,d@x.example,CEO,\nD. Diaz,D@x.example,Chair,+49301234567\n"
    one = sent(office, office.bob, text)
    planned(office.bob, one["id"], match=["email"])
    checked(office, office.bob, one["id"])
    assert actions(office.bob, one["id"]) == ["create", "update"]
    done = taken(office, office.bob, one["id"])
    assert (done["created"], done["updated"]) == (1, 1)
    first, second = rows(office.bob, one["id"])
    assert first["record_id"] == second["record_id"]
    assert records(office, office.bob)["D. Diaz"]["title"] == "Chair"


def test_rejects_come_back_with_the_reason_and_can_be_mended(office: Office):
    text = "Name,Email\n=cmd|' /C calc'!A0,ok@x.example\nEmil,not an address\n,\nFay,fay@x.example\n"
    one = sent(office, office.bob, text)
    done = taken(office, office.bob, one["id"])
    assert (done["created"], done["failed"]) == (2, 1), rows(office.bob, one["id"])
    answer = office.bob.get(f"{IMPORTS}/{one['id']}/rejects.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(answer.text)))
    assert lines[0] == ["Name", "Email", "Reason"]
    assert lines[1][:2] == ["Emil", "not an address"]
    assert "Email" in lines[1][2]
    assert len(lines) == 2
    mended = answer.text.replace("not an address", "emil@x.example")
    two = sent(office, office.bob, mended)
    planned(office.bob, two["id"], {"Reason": None})
    assert taken(office, office.bob, two["id"])["created"] == 1
    (row,) = rows(office.bob, one["id"], action="reject")
    assert row["number"] == 3


def test_related_records_are_linked_or_made(office: Office):
    granite = new(office, office.bob, "company", name="Granite Works", domain="granite.example")
    text = "Name,Email,Company,Owner\nDana,d@x.example,GRANITE works,carol@fairfield.example\n"
    text += (
        "Emil,e@x.example,granite.example,Bob Berg\nFay,f@x.example,Quarry Ltd,\nGil,g@x.example,Quarry Ltd,Nobody\n"
    )
    one = sent(office, office.alice, text)
    fields = {"Company": "company", "Owner": "owner"}
    assert planned(office.alice, one["id"], fields, create_related=False).status_code == 200
    assert checked(office, office.alice, one["id"])["failed"] == 2
    assert planned(office.alice, one["id"], fields, create_related=True).status_code == 200
    done = taken(office, office.alice, one["id"])
    assert (done["created"], done["failed"]) == (3, 1)
    people, companies = records(office, office.alice), records(office, office.alice, "company")
    assert people["Dana"]["company"] == people["Emil"]["company"] == granite
    assert people["Dana"]["owner"] == office.cast.carol.member_id
    assert people["Emil"]["owner"] == office.cast.bob.member_id
    assert set(companies) == {"Granite Works", "Quarry Ltd"}
    undone(office, office.alice, one["id"], office.cast.alice.member_id)
    assert set(records(office, office.alice, "company")) == {"Granite Works"}
    assert records(office, office.alice) == {}


def test_a_row_leads_to_the_record_of_an_earlier_one(office: Office):
    text = "Name,Parent company\nGranite Holding,\nGranite Works,GRANITE holding\nQuarry,Nobody\n"
    one = sent(office, office.alice, text, kind="company")
    assert planned(office.alice, one["id"], {"Parent company": "parent"}, create_related=False).status_code == 200
    checked(office, office.alice, one["id"])
    assert actions(office.alice, one["id"]) == ["create", "create", "reject"]
    assert taken(office, office.alice, one["id"])["created"] == 2
    assert actions(office.alice, one["id"]) == ["create", "create", "reject"]
    companies = office.alice.get(f"/api/v1/folders/{office.folder('company')}/records").json()["items"]
    ids = {each["name"]: each["id"] for each in companies}
    (works,) = [each["values"] for each in companies if each["name"] == "Granite Works"]
    assert works["parent"] == ids["Granite Holding"]


def test_deals_enter_their_stages(office: Office):
    text = "Name,Stage,Amount,Company,Contacts\nRoof,Negotiation,1200.50,Granite,dana@x.example\n"
    text += "Wall,,10,,\nBad,Nowhere,1,,\n"
    one = sent(office, office.bob, text, kind="deal")
    fields = {"Stage": "stage", "Amount": "amount", "Company": "company", "Contacts": "contacts"}
    assert planned(office.bob, one["id"], fields, create_related=True, match=["name"]).status_code == 200
    checked(office, office.bob, one["id"])
    assert actions(office.bob, one["id"]) == ["create", "create", "reject"]
    done = taken(office, office.bob, one["id"])
    assert (done["created"], done["failed"]) == (2, 1)
    deals = records(office, office.bob, "deal")
    assert (deals["Roof"]["amount"], deals["Roof"]["status"]) == (120050, "open")
    assert len(deals["Roof"]["contacts"]) == 1
    again = sent(office, office.bob, text.replace("Negotiation", "Won"), kind="deal")
    planned(office.bob, again["id"], fields, create_related=True, match=["name"])
    told = taken(office, office.bob, again["id"])
    assert (told["updated"], told["skipped"]) == (1, 1), rows(office.bob, again["id"])
    assert records(office, office.bob, "deal")["Roof"]["status"] == "won"
    undone(office, office.bob, again["id"], office.cast.bob.member_id)
    assert records(office, office.bob, "deal")["Roof"]["status"] == "open"


def test_new_fields_and_choices_take_the_power_to_configure(office: Office):
    text = "Name,Shoe size,Type,Lifecycle\nGranite,42,Rival,Customer\nQuarry,43,Partner,Fan\n"
    column = {"heading": "Shoe size", "field": None, "create": {"name": "Shoe size", "type": "number"}}
    one, theirs = (sent(office, client, text, kind="company") for client in (office.alice, office.bob))
    columns = [column if each["heading"] == "Shoe size" else each for each in one["plan"]["columns"]]
    plan = {"columns": columns, "create_fields": True, "create_options": True}
    assert planned(office.bob, theirs["id"], **plan).status_code == 403
    assert planned(office.alice, one["id"], **plan).status_code == 200
    checked(office, office.alice, one["id"])
    assert actions(office.alice, one["id"]) == ["create", "reject"]
    done = taken(office, office.alice, one["id"])
    assert (done["created"], done["failed"], done["problem"]) == (1, 1, "")
    values = records(office, office.alice, "company")["Granite"]
    assert (values["shoe_size"], values["type"]) == (42, "Rival")


def test_an_undo_keeps_what_people_did_since_and_says_so(office: Office):
    dana = new(office, office.bob, name="Dana", email="d@x.example", title="CFO")
    text = "Name,Email,Job title,Tags\nDana Diaz,d@x.example,CEO,vip\nEmil,e@x.example,,\nFay,f@x.example,,\n"
    one = sent(office, office.bob, text)
    planned(office.bob, one["id"], match=["email"])
    assert taken(office, office.bob, one["id"])["updated"] == 1
    ids = {row["cells"][0]: row["record_id"] for row in rows(office.bob, one["id"])}
    office.bob.patch(f"/api/v1/records/{dana}", json={"values": {"title": "Chair"}})
    office.bob.patch(f"/api/v1/records/{ids['Emil']}", json={"values": {"title": "Clerk"}})
    undone(office, office.bob, one["id"], office.cast.bob.member_id)
    first, second, third = rows(office.bob, one["id"])
    assert [first["action"], second["action"], third["action"]] == ["stay", "stay", "undone"]
    assert "Job title" in first["reason"]
    assert "changed since" in second["reason"]
    people = records(office, office.bob)
    assert set(people) == {"Dana", "Emil"}
    assert (people["Dana"]["title"], people["Dana"]["tags"]) == ("Chair", None)


def test_everybody_imports_what_they_may(office: Office):
    theirs = new(office, office.carol, name="Carla", email="c@x.example")
    mine = sent(office, office.bob, "Name,Email\nDana,d@x.example\n")
    for client in (office.carol, office.mallory):
        for path in ("", "/rows", "/rejects.csv"):
            assert client.get(f"{IMPORTS}/{mine['id']}{path}").status_code == 404
        for what in ("check", "run", "undo", "stop"):
            assert client.post(f"{IMPORTS}/{mine['id']}/{what}").status_code == 404
        assert client.get(IMPORTS).json()["items"] == []
    assert office.nobody.post(IMPORTS, params={"folder_id": "x", "name": "x"}, content=b"x").status_code == 401
    assert office.alice.get(f"{IMPORTS}/{mine['id']}").status_code == 200
    params = {"folder_id": office.folder("contact"), "name": "x.csv"}
    assert office.mallory.post(IMPORTS, params=params, content=b"Name\nM\n").status_code == 404
    hidden = sent(office, office.bob, f"Record ID,Name,Email\n{theirs},Stolen,c@x.example\n")
    planned(office.bob, hidden["id"], {"Record ID": "id"}, match=["id"])
    assert taken(office, office.bob, hidden["id"])["failed"] == 1
    assert office.carol.get(f"/api/v1/records/{theirs}").json()["name"] == "Carla"


def test_a_double_click_runs_once(office: Office):
    one = sent(office, office.bob, PEOPLE)
    taken(office, office.bob, one["id"])
    for what in ("run", "check"):
        assert office.bob.post(f"{IMPORTS}/{one['id']}/{what}").status_code == 409
    assert planned(office.bob, one["id"], on_match="skip").status_code == 409
    assert len(records(office, office.bob)) == 2
    undone(office, office.bob, one["id"], office.cast.bob.member_id)
    assert office.bob.post(f"{IMPORTS}/{one['id']}/undo").status_code == 409


def test_a_plan_is_remembered_for_the_next_file_like_it(office: Office):
    one = sent(office, office.bob, PEOPLE)
    planned(office.bob, one["id"], {"Job title": None}, on_match="fill")
    taken(office, office.bob, one["id"])
    two = sent(office, office.bob, PEOPLE)
    assert two["plan"]["on_match"] == "fill"
    assert two["plan"]["columns"][3]["field"] is None


def test_nonsense_is_refused(office: Office):
    params = {"folder_id": office.folder("contact"), "name": "x.csv"}
    for content in (b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"):
        assert office.bob.post(IMPORTS, params=params, content=content).status_code == 422
    one = sent(office, office.bob, PEOPLE)
    for fields, plan in (
        ({}, {"match": ["field:title"]}),
        ({}, {"match": ["shoe"]}),
        ({"Name": "shoe_size"}, {}),
        ({"Name": "emails_in"}, {}),
        ({}, {"columns": []}),
        ({}, {"on_match": "explode"}),
    ):
        assert planned(office.bob, one["id"], fields, **plan).status_code == 422, (fields, plan)
    assert office.bob.post(f"{IMPORTS}/{one['id']}/undo").status_code == 409
