import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.records.service import create_record
from app.workspaces.seats import refresh_access
from models import FieldDef, FieldGrant, MemberRole
from tests.api.office import Office


def try_out(office: Office, formula: str, *, kind: str = "deal", **body: str):
    return office.bob.post(f"/api/v1/folders/{office.folder(kind)}/formula-previews", json={"formula": formula, **body})


def test_a_preview_tells_type_and_value(office: Office):
    with transaction(office.engine) as session:
        values = {"name": "Crusher", "amount": "12.50"}
        deal = create_record(
            session, workspace_id=office.cast.workspace_id, kind="deal", values=values, viewer=office.cast.bob
        ).id
    assert try_out(office, "{AMOUNT} * 2", record_id=deal).json() == {
        "formula": "amount * 2",
        "shown": "{Amount} * 2",
        "result": "currency",
        "currency": "EUR",
        "value": 2_500,
    }
    assert try_out(office, "company.industry & today()").json()["value"] is None


@pytest.mark.parametrize(
    ("formula", "position", "detail"),
    [
        ("{Amount} + {Name}", 10, "{Amount} is a currency, {Name} is a text: they cannot be added, at 10"),
        ("{Shoe size} * 2", 1, "Deals have no field Shoe size, at 1"),
        ("company.shoe_size", 9, "What Company leads to have no field shoe_size, at 9"),
        ("name.amount", 1, "Name leads to no record whose fields could be named here, at 1"),
        ("length(contacts)", 8, "Contacts may be several records: count or add them up with a roll-up, at 8"),
        ("", 1, "Something is missing at the end, at 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(office: Office, formula: str, position: int, detail: str):
    answer = try_out(office, formula)
    assert answer.status_code == 422
    told = answer.json()
    assert (told["detail"], told["field"], told["position"]) == (detail, "formula", position)


def test_a_preview_reads_only_what_the_caller_may_see(office: Office):
    with transaction(office.engine) as session:
        where = {"workspace_id": office.cast.workspace_id}
        company = create_record(
            session, kind="company", values={"name": "Southern Stone"}, viewer=office.cast.carol, **where
        ).id
        hers = create_record(session, kind="contact", values={"name": "Kim"}, viewer=office.cast.carol, **where).id
        shared = {"name": "Dana", "company": company, "title": "CTO"}
        dana = create_record(session, kind="contact", values=shared, viewer=office.cast.alice, **where)
        dana.owner_id, dana.territory_id = office.cast.bob.member_id, office.cast.north
        dana_id = dana.id
    assert try_out(office, "name", kind="contact", record_id=hers).status_code == 404
    assert try_out(office, 'company & company.name & "."', kind="contact", record_id=dana_id).json()["value"] == "."
    with transaction(office.engine) as session:
        role = session.scalars(
            select(col(MemberRole.role_id)).where(col(MemberRole.member_id) == office.cast.bob.member_id)
        ).one()
        title = session.scalars(
            select(FieldDef).where(col(FieldDef.folder_id) == office.folder("contact"), col(FieldDef.key) == "title")
        ).one()
        session.add(FieldGrant(role_id=role, field_id=title.id, access="hidden", **where))
        refresh_access(session, workspace_id=office.cast.workspace_id)
    assert try_out(office, "title", kind="contact", record_id=dana_id).status_code == 422


def test_strangers_find_no_folder(office: Office):
    path = f"/api/v1/folders/{office.folder('deal')}/formula-previews"
    assert office.mallory.post(path, json={"formula": "name"}).status_code == 404
