"""Quotes over REST: lines, totals, versions and documents."""

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pypdf import PdfReader
from sqlmodel import col, select

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.quotes.answers import accept_quote
from app.records.quotes.versions import expire
from app.workspaces.access import Viewer
from app.workspaces.seats import refresh_access
from models import FieldDef, FieldGrant, MemberRole, Notification, QuoteVersion, Stage
from tests.api.office import Office, made

TWO_LINES = [
    {"description": "Crushed rock", "quantity": 3, "unit_price": 1999, "tax_percent": 20},
    {"description": "Carriage", "quantity": "2.5", "unit_price": 8000, "tax_percent": "20"},
]


def create(office: Office, client: httpx.Client, kind: str, **values: Any) -> str:
    answer = client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values})
    return str(made(answer)["id"])


def record(client: httpx.Client, id: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/records/{id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def quote(office: Office) -> str:
    """The path of Bob's quote with two lines and a discount of 10 %."""
    id = create(office, office.bob, "quote", name="Rocks for Quarry", discount_percent=10)
    path = f"/api/v1/quotes/{id}"
    office.bob.put(f"{path}/lines", json={"lines": TWO_LINES}).raise_for_status()
    return path


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


def send(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    sent: dict[str, Any] = made(client.post(f"{path}/versions", json=body))
    return sent


def test_two_lines_a_discount_and_tax_come_to_the_exact_total(office: Office, quote: str):
    totals = office.bob.get(f"{quote}/totals").json()
    assert totals == {
        "currency": "EUR",
        "subtotal": 25997,
        "discount": 2600,
        "net": 23397,
        "taxes": [{"percent": "20", "net": 23397, "tax": 4679}],
        "tax": 4679,
        "total": 28076,
    }
    found = record(office.bob, id_of(quote))
    assert (found["values"]["amount"], found["values"]["status"]) == (28076, "Draft")
    assert found["values"]["number"] == "Q-0001"


def test_the_total_is_kept_with_every_change_and_has_a_history(office: Office, quote: str):
    lines = office.bob.get(f"{quote}/lines").json()["lines"]
    assert [line["amount"] for line in lines] == [5997, 20000]
    changed = office.bob.patch(f"{quote}/lines/{lines[0]['id']}", json={"quantity": 1, "discount_percent": "50"})
    assert changed.json()["lines"][0]["amount"] == 1000
    assert changed.json()["totals"]["total"] == record(office.bob, id_of(quote))["values"]["amount"] == 22680
    added = made(office.bob.post(f"{quote}/lines", json={"description": "Tip", "unit_price": 100}))
    assert [line["description"] for line in added["lines"]] == ["Crushed rock", "Carriage", "Tip"]
    assert added["totals"]["total"] == 22770
    assert office.bob.delete(f"{quote}/lines/{lines[1]['id']}").status_code == 204
    assert office.bob.get(f"{quote}/totals").json()["total"] == 1170
    office.bob.patch(f"/api/v1/records/{id_of(quote)}", json={"values": {"discount_percent": None}}).raise_for_status()
    assert record(office.bob, id_of(quote))["values"]["amount"] == 1300
    history = office.bob.get(f"/api/v1/records/{id_of(quote)}/history").json()["items"]
    amounts = [change["new"] for save in history for change in save["changes"] if change["key"] == "amount"]
    assert amounts == [1300, 1170, 22770, 22680, 28076]
    office.bob.put(f"{quote}/lines", json={"lines": []}).raise_for_status()
    assert record(office.bob, id_of(quote))["values"]["amount"] is None


def test_a_line_takes_name_price_and_tax_from_its_product(office: Office, quote: str):
    product = create(office, office.alice, "product", name="Gravel", price="12.50", tax_percent=7)
    taken, own = {"product_id": product, "quantity": 2}, {"product_id": product, "unit_price": 1000, "tax_percent": 0}
    lines = office.bob.put(f"{quote}/lines", json={"lines": [taken, own]}).json()["lines"]
    assert [(line["description"], line["unit_price"], line["tax_percent"], line["amount"]) for line in lines] == [
        ("Gravel", 1250, "7", 2500),
        ("Gravel", 1000, "0", 1000),
    ]
    office.alice.patch(f"/api/v1/records/{product}", json={"values": {"price": "99"}}).raise_for_status()
    assert office.bob.get(f"{quote}/lines").json()["lines"][0]["unit_price"] == 1250
    office.alice.delete(f"/api/v1/records/{product}").raise_for_status()
    assert [line["product_id"] for line in office.bob.get(f"{quote}/lines").json()["lines"]] == [None, None]
    refused = office.bob.post(f"{quote}/lines", json={"product_id": product})
    assert (refused.status_code, refused.json()["field"]) == (422, "product_id")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"description": "x"}, "unit_price"),
        ({"unit_price": 1}, "description"),
        ({"description": " ", "unit_price": 1}, "description"),
        ({"description": "x", "unit_price": -1}, "unit_price"),
        ({"description": "x", "unit_price": 1, "quantity": 0}, "quantity"),
        ({"description": "x", "unit_price": 1, "quantity": "0.00001"}, "quantity"),
        ({"description": "x", "unit_price": 1, "quantity": "1e300"}, "quantity"),
        ({"description": "x", "unit_price": 1, "quantity": "NaN"}, "quantity"),
        ({"description": "x", "unit_price": 1, "discount_percent": 101}, "discount_percent"),
        ({"description": "x", "unit_price": 1, "tax_percent": -1}, "tax_percent"),
        ({"product_id": "nothing"}, "product_id"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(office: Office, quote: str, line: dict[str, Any], field: str):
    before = office.bob.get(f"{quote}/lines").json()
    for answer in (
        office.bob.put(f"{quote}/lines", json={"lines": [TWO_LINES[0], line]}),
        office.bob.post(f"{quote}/lines", json=line),
    ):
        assert answer.status_code == 422
        assert answer.json()["field"].endswith(field)
    assert office.bob.get(f"{quote}/lines").json() == before


def test_a_quote_that_is_too_much_is_refused(office: Office, quote: str):
    much = {"description": "Everything", "quantity": 1_000_000, "unit_price": 10**12}
    assert office.bob.put(f"{quote}/lines", json={"lines": [much] * 200}).json()["field"] == "lines"


def test_an_outdated_set_of_lines_is_refused(office: Office, quote: str):
    etag = office.bob.get(f"{quote}/lines").headers["etag"]
    body = {"lines": TWO_LINES[:1]}
    assert office.bob.put(f"{quote}/lines", json=body, headers={"If-Match": etag}).status_code == 200
    assert office.bob.put(f"{quote}/lines", json=body, headers={"If-Match": etag}).status_code == 412


def test_only_those_who_may_see_and_edit_a_quote_reach_its_lines(office: Office, quote: str):
    send(office.bob, quote)
    for path in ("lines", "totals", "versions", "versions/1/document.pdf", "versions/1/document.html"):
        assert office.bob.get(f"{quote}/{path}").status_code == 200
        assert office.carol.get(f"{quote}/{path}").status_code == 404
        assert office.mallory.get(f"{quote}/{path}").status_code == 404
    assert office.carol.put(f"{quote}/lines", json={"lines": []}).status_code == 404
    assert office.carol.post(f"{quote}/versions", json={}).status_code == 404
    contact = create(office, office.bob, "contact", name="Dana")
    assert office.bob.get(f"/api/v1/quotes/{contact}/lines").status_code == 404
    assert office.bob.get(f"{quote}/versions/9/document.pdf").status_code == 404
    hide(office, office.cast.bob, "amount")
    assert office.bob.get(f"{quote}/lines").status_code == 403
    assert office.bob.get(f"{quote}/versions/1/document.html").status_code == 403


def hide(office: Office, viewer: Viewer, key: str) -> None:
    here = col(FieldDef.folder_id) == office.folder("quote"), col(FieldDef.key) == key
    with transaction(office.engine) as session:
        field = session.scalars(select(FieldDef).where(*here)).one()
        role = session.scalars(select(MemberRole).where(col(MemberRole.member_id) == viewer.member_id)).one()
        grant = {"role_id": role.role_id, "field_id": field.id, "workspace_id": field.workspace_id}
        session.add(FieldGrant(**grant, access="hidden"))
        session.flush()
        refresh_access(session, workspace_id=field.workspace_id)


def test_a_quote_that_was_sent_is_frozen_and_an_edit_makes_a_second_version(office: Office, quote: str):
    first = send(office.bob, quote)
    assert (first["version"], first["number"], first["state"], first["total"]) == (1, "Q-0001-1", "sent", 28076)
    assert first["valid_until"] == (utcnow() + timedelta(days=30)).date().isoformat()
    assert record(office.bob, id_of(quote))["values"]["status"] == "Sent"
    office.bob.put(f"{quote}/lines", json={"lines": TWO_LINES[:1]}).raise_for_status()
    second = send(office.bob, quote)
    assert (second["version"], second["number"], second["total"]) == (2, "Q-0001-2", 6476)
    listed = office.bob.get(f"{quote}/versions").json()["items"]
    assert [(one["version"], one["state"], one["total"]) for one in listed] == [
        (2, "sent", 6476),
        (1, "replaced", 28076),
    ]
    html = office.bob.get(f"{quote}/versions/1/document.html")
    assert "€280.76" in html.text
    assert "Q-0001-1" in html.text
    assert first["link"] != second["link"]


def test_links_are_not_kept(office: Office, quote: str):
    token = send(office.bob, quote)["link"].rpartition("/")[2]
    with transaction(office.engine, read_only=True) as session:
        version = session.scalars(select(QuoteVersion)).one()
        assert token not in str(version.model_dump())
    assert "link" not in office.bob.get(f"{quote}/versions").json()["items"][0]


def test_what_cannot_be_sent(office: Office, quote: str):
    assert office.bob.post(f"{quote}/versions", json={"valid_until": "2020-01-01"}).json()["field"] == "valid_until"
    office.bob.put(f"{quote}/lines", json={"lines": []}).raise_for_status()
    assert office.bob.post(f"{quote}/versions", json={}).json()["field"] == "lines"


def test_a_document_has_everything_and_lets_nothing_in(office: Office):
    company = create(
        office, office.bob, "company", name="Quarry <b>Ltd</b>", address={"street": "1 Pit Lane", "city": "Ely"}
    )
    contact = create(office, office.bob, "contact", name="Dana Díaz 王小明")
    hostile = "<script>alert(1)</script>"
    values = {"name": hostile, "company": company, "contact": contact, "terms": "Net 30\nNo returns"}
    path = f"/api/v1/quotes/{create(office, office.bob, 'quote', **values)}"
    office.bob.put(f"{path}/lines", json={"lines": TWO_LINES}).raise_for_status()
    send(office.bob, path)
    html = office.bob.get(f"{path}/versions/1/document.html")
    assert hostile not in html.text
    assert "&lt;script&gt;" in html.text
    assert "sandbox" in html.headers["content-security-policy"]
    for text in (
        "Quarry &lt;b&gt;Ltd&lt;/b&gt;",
        "Dana Díaz 王小明",
        "1 Pit Lane",
        "Net 30",
        "Bob Berg",
        "Valid until",
    ):
        assert text in html.text
    answer = office.bob.get(f"{path}/versions/1/document.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for part in ("Quote Q-0001-1", "Dana Díaz", "Crushed rock", "€19.99", "€311.96", "Valid until", "Net 30"):
        assert part in text
    assert office.bob.get(f"{path}/versions/1/document.pdf").content == answer.content


@pytest.fixture
def offered(office: Office) -> dict[str, str]:
    """A quote on Bob's deal that moves it to Negotiation when accepted: ids of both, and the customer's token."""
    company = create(office, office.bob, "company", name="Quarry Ltd")
    deal = create(office, office.bob, "deal", name="Rocks", amount="100", company=company)
    with transaction(office.engine, read_only=True) as session:
        stage = session.scalars(
            select(col(Stage.id)).where(
                col(Stage.name) == "Negotiation", col(Stage.workspace_id) == office.cast.workspace_id
            )
        ).one()
    values = {"name": "Rocks", "deal": deal, "accepted_stage": stage, "company": company}
    quote = create(office, office.bob, "quote", **values)
    path = f"/api/v1/quotes/{quote}"
    office.bob.put(f"{path}/lines", json={"lines": TWO_LINES}).raise_for_status()
    return {"deal": deal, "quote": quote, "stage": stage, "token": send(office.bob, path)["link"].rpartition("/")[2]}


def accept(office: Office, token: str) -> None:
    with transaction(office.engine) as session:
        accept_quote(session, token=token, name="Dana Diaz")


def test_an_accepted_quote_moves_its_deal_once_and_tells_its_owner(office: Office, offered: dict[str, str]):
    for _ in range(3):
        accept(office, offered["token"])
    assert record(office.bob, offered["deal"])["values"]["stage"] == offered["stage"]
    assert record(office.bob, offered["quote"])["values"]["status"] == "Accepted"
    (version,) = office.bob.get(f"/api/v1/quotes/{offered['quote']}/versions").json()["items"]
    assert (version["state"], version["answered_by"]) == ("accepted", "Dana Diaz")
    for home in ("quote", "deal"):
        timeline = office.bob.get(f"/api/v1/records/{offered[home]}/timeline").json()["items"]
        titles = [entry["title"] for entry in timeline]
        assert titles.count("Quote Q-0001-1 accepted by Dana Diaz") == 1
        assert titles.count("Quote Q-0001-1 sent") == 1
    with transaction(office.engine, read_only=True) as session:
        (told,) = session.scalars(select(Notification)).all()
        assert (told.member_id, told.type) == (office.cast.bob.member_id, "quote_accepted")
        assert told.title == "Q-0001-1 was accepted by Dana Diaz"


def test_what_a_customer_accepted_stays_as_it_is(office: Office, offered: dict[str, str]):
    accept(office, offered["token"])
    path = f"/api/v1/quotes/{offered['quote']}"
    assert office.bob.put(f"{path}/lines", json={"lines": []}).status_code == 409
    assert office.bob.post(f"{path}/versions", json={}).status_code == 409
    discount = office.bob.patch(f"/api/v1/records/{offered['quote']}", json={"values": {"discount_percent": 50}})
    assert discount.status_code == 409
    assert record(office.bob, offered["quote"])["values"]["amount"] == 31196


def test_an_acceptance_stands_even_where_the_deal_cannot_move(office: Office, offered: dict[str, str]):
    with transaction(office.engine) as session:
        stage = session.get_one(Stage, offered["stage"])
        stage.required = ["next_step"]
    accept(office, offered["token"])
    assert record(office.bob, offered["quote"])["values"]["status"] == "Accepted"
    assert record(office.bob, offered["deal"])["values"]["stage"] != offered["stage"]
    with transaction(office.engine, read_only=True) as session:
        assert "Next step" in session.scalars(select(col(Notification.title))).one()


def test_quotes_that_nobody_answered_expire(office: Office, offered: dict[str, str]):
    context = JobContext(Settings(_env_file=None), office.engine)
    expire(context)
    assert record(office.bob, offered["quote"])["values"]["status"] == "Sent"
    with transaction(office.engine) as session:
        version = session.scalars(select(QuoteVersion)).one()
        version.valid_until = (utcnow() - timedelta(days=3)).date()
    expire(context)
    assert record(office.bob, offered["quote"])["values"]["status"] == "Expired"
    again = send(office.bob, f"/api/v1/quotes/{offered['quote']}")
    assert again["version"] == 2
    assert record(office.bob, offered["quote"])["values"]["status"] == "Sent"
