"""Sums of money are of one currency."""

import pytest

from app.core.database import transaction
from app.core.hot import reader_of
from app.records.around import sums_around
from app.records.deals import create_deal
from app.records.related import related
from app.records.seen import seen_by_id
from app.records.service import create_record
from app.records.statistics import recount_deals
from app.timeline.matters import matters_of
from models import Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def test_open_deals_are_worth_what_those_in_the_currency_of_the_workspace_are(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        where = {"workspace_id": cast.workspace_id, "viewer": cast.alice}
        quarry = create_record(session, kind="company", values={"name": "Quarry"}, **where)
        for amount, currency in (("10", "EUR"), ("20", "EUR"), ("3000", "JPY"), ("5", None), (None, "USD")):
            values = {"name": "Deal", "company": quarry.id, "amount": amount}
            create_deal(session, viewer=cast.alice, values=values).currency = currency
        recount_deals(session, record_ids=[quarry.id])
        assert (quarry.open_deals, quarry.open_amount) == (5, 3_500)

        reader = reader_of(session)
        seen = seen_by_id(reader, viewer=cast.alice, record_id=quarry.id)
        assert seen is not None
        known = matters_of(reader, viewer=cast.alice, about=seen).deals
        assert (known.count, known.value, known.abroad) == (5, 3_500, 1)
        sums = sums_around(reader, viewer=cast.alice, record=seen)
        assert (sums.open_deals, sums.open_amount, sums.open_abroad, sums.won_abroad) == (5, 3_500, 1, 0)
        assert related(session, viewer=cast.alice, record_id=quarry.id).groups["deals"].amount == 3_500
        assert session.get_one(Record, quarry.id).open_amount == 3_500
