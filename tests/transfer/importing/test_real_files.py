"""Files as other programs and people made them: every row of them is accounted for."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.core.database import transaction
from models import Import, ImportBatch, Record
from tests.cast import gather
from tests.conftest import Database
from tests.transfer.importing.files import staged, taken_back, taken_in

DATA = Path(__file__).parents[4] / "shared/data"
SALES = DATA / "crm/sales_opportunities"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real files are not here")


def accounted(database: Database, done: Import) -> Counter[str]:
    """What became of the rows, after a look at whether all of them are told of, the refused ones with a reason."""
    with transaction(database.engine, read_only=True) as session:
        batches = session.scalars(select(ImportBatch).where(col(ImportBatch.import_id) == done.id)).all()
        outcomes = [outcome for batch in batches for outcome in batch.outcomes or ()]
        assert len(outcomes) == sum(len(batch.rows) for batch in batches) == done.total == done.handled
    assert all(reason for action, _, reason, *_ in outcomes if action == "reject")
    assert all(record_id for action, record_id, *_ in outcomes if action != "reject")
    return Counter(action for action, *_ in outcomes)


def test_companies_and_their_deals(database: Database) -> None:
    cast = gather(database.engine)
    accounts = staged(
        database.engine,
        cast.alice,
        SALES / "accounts.csv",
        kind="company",
        fields={"account": "name", "employees": "employees", "sector": "industry"},
        create_related=True,
        match=["name"],
    )
    done = taken_in(database.engine, cast.alice, accounts)
    assert accounted(database, done) == {"create": 85}
    deals = staged(
        database.engine,
        cast.alice,
        SALES / "sales_pipeline.csv",
        kind="deal",
        fields={
            "opportunity_id": "name",
            "sales_agent": None,
            "account": "company",
            "deal_stage": "stage",
            "close_date": "close_on",
            "close_value": "amount",
        },
        match=["name"],
        create_related=True,
    )
    done = taken_in(database.engine, cast.alice, deals)
    became = accounted(database, done)
    assert became["create"] >= 2_000
    assert became["create"] + became["reject"] == done.total == 4_499
    with transaction(database.engine, read_only=True) as session:
        of_kind = select(col(Record.kind), func.count().label("count")).group_by(col(Record.kind))
        counts = {row.kind: row.count for row in session.execute(of_kind)}
        assert counts == {"company": 85, "deal": became["create"]}


@pytest.mark.parametrize(
    ("name", "kind", "fields"),
    [
        ("contacts_calendar/google_contacts_csv/contacts.csv", "contact", {}),
        ("contacts_calendar/google_contacts_csv/contacts.vcf", "contact", {}),
        ("contacts_calendar/google_contacts_csv/converted_contact.csv", "contact", {}),
        ("crm/sales_opportunities/products.csv", "product", {"product": "name", "sales_price": "price"}),
        ("crm/sales_opportunities/sales_teams.csv", "contact", {"sales_agent": "name"}),
        ("crm/x_education_leads/Leads X Education.csv", "lead", {"Prospect ID": "name"}),
    ],
)
def test_a_file_goes_in_and_comes_out(database: Database, name: str, kind: str, fields: dict[str, str | None]) -> None:
    cast = gather(database.engine)
    import_id = staged(database.engine, cast.alice, DATA / name, kind=kind, fields=fields, create_related=True)
    done = taken_in(database.engine, cast.alice, import_id)
    assert done.state == "done", done.problem
    became = accounted(database, done)
    assert became["create"], became
    if done.total < 1_000:
        taken_back(database.engine, cast.alice, import_id)
        with transaction(database.engine, read_only=True) as session:
            assert session.scalar(select(func.count()).select_from(Record)) == 0
