from app.core.schema import drift, is_current, upgrade
from tests.conftest import Database


def test_migrations_build_exactly_the_tables_in_code(database: Database):
    assert is_current(database.engine)
    assert drift(database.engine) == []


def test_upgrading_twice_changes_nothing(database: Database):
    upgrade(database.engine)
    assert is_current(database.engine)
