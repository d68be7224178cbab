"""How long deals usually stand in a stage, as the nightly reckoning writes it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.core.ids import new_id
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.deals import stages_of
from app.records.service import create_record
from app.records.usual_stay import reckon_nightly
from models import Stage, StageChange, Workspace
from tests.cast import Cast, gather
from tests.conftest import Database

BEGIN = datetime(2027, 1, 4, tzinfo=UTC)


def test_the_median_of_ended_stays_is_kept_to_half_a_day(database: Database) -> None:
    cast = gather(database.engine)
    first, second, third = _stages(database, cast)[:3]
    for days in (1, 8.1, 8.3, 30, 400):
        _deal(database, cast, [(first, 0), (second, days)])
    for days in (2, 2, 2, 2):
        _deal(database, cast, [(second, 0), (third, days)])
    _reckon(database)

    assert _usual(database) == {first: 8.5, second: None, third: None}


def test_a_stay_that_goes_on_and_another_pass_through_count_by_themselves(database: Database) -> None:
    cast = gather(database.engine)
    first, second, third = _stages(database, cast)[:3]
    for _ in range(5):
        _deal(database, cast, [(first, 0), (second, 3), (first, 7), (third, 10)])
    _reckon(database)

    assert _usual(database) == {first: 3.0, second: 4.0, third: None}


def test_the_catalog_is_read_anew_only_where_half_a_day_changed(database: Database) -> None:
    cast = gather(database.engine)
    first, second = _stages(database, cast)[:2]
    for _ in range(5):
        _deal(database, cast, [(first, 0), (second, 3)])
    before = _versions(database)
    _reckon(database)
    after = _versions(database)
    _deal(database, cast, [(first, 0), (second, 3.1)])
    _reckon(database)

    assert after[cast.workspace_id] == before[cast.workspace_id] + 1
    assert after[cast.mallory.workspace_id] == before[cast.mallory.workspace_id]
    assert _versions(database) == after


def _reckon(database: Database) -> None:
    reckon_nightly(JobContext(Settings(_env_file=None, database_url=database.url), database.engine))


def _stages(database: Database, cast: Cast) -> list[str]:
    with transaction(database.engine, read_only=True) as session:
        return [stage.id for stage in stages_of(session, viewer=cast.alice)]


def _deal(database: Database, cast: Cast, entered: list[tuple[str, float]]) -> None:
    """A deal that entered these stages so many days after BEGIN."""
    with transaction(database.engine) as session:
        deal = create_record(session, workspace_id=cast.workspace_id, kind="deal", values={"name": "Deal"})
        for stage_id, day in entered:
            session.add(_change(deal.id, cast.workspace_id, stage_id, BEGIN + timedelta(days=day)))


def _change(deal_id: str, workspace_id: str, stage_id: str, at: datetime) -> StageChange:
    return StageChange(id=new_id(), workspace_id=workspace_id, record_id=deal_id, to_stage_id=stage_id, entered_at=at)


def _usual(database: Database) -> dict[str, float | None]:
    """By stage: of those that deals were in."""
    with transaction(database.engine, read_only=True) as session:
        visited = select(col(StageChange.to_stage_id))
        rows = session.execute(select(col(Stage.id), col(Stage.usual_days)).where(col(Stage.id).in_(visited)))
        return {row[0]: row[1] for row in rows}


def _versions(database: Database) -> dict[str, int]:
    with transaction(database.engine, read_only=True) as session:
        versions = session.execute(select(col(Workspace.id), col(Workspace.catalog_version)))
        return {row[0]: row[1] for row in versions}
