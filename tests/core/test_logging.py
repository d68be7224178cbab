"""What goes wrong is logged by class and place: never with the mail or the tokens that it went wrong with."""

import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.config import LOGGING_CONFIG

from app.core.logging import configure
from tests.conftest import Database

SECRET = "the text of a mail"


@contextmanager
def configured() -> Iterator[None]:
    """Logging as a server has it. Not a fixture: while those are set up, standard error is another."""
    loggers = [logging.getLogger(name) for name in ("", "dbos", "uvicorn", "uvicorn.error", "uvicorn.access")]
    before = [(logger, logger.handlers, logger.level, logger.propagate) for logger in loggers]
    logging.config.dictConfig(LOGGING_CONFIG)  # as `uvicorn app.main:create_app --factory` has it by then
    configure("INFO")
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def fail_with(content: str) -> None:
    try:
        raise ValueError(content)
    except ValueError as error:
        raise ExceptionGroup(content, [RuntimeError(content)]) from error


@pytest.mark.parametrize("name", ["uvicorn.error", "dbos", "anything"])
def test_an_exception_is_logged_without_messages_and_variables(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with configured():
        try:
            fail_with(SECRET)
        except ExceptionGroup:
            logging.getLogger(name).exception("failed")
    [line] = capsys.readouterr().err.splitlines()
    assert SECRET not in line
    told = json.loads(line)["exception"]
    assert told["error"] == "ExceptionGroup"
    assert [cause["error"] for cause in told["causes"]] == ["RuntimeError", "ValueError"]
    assert all(place.startswith("test_logging.py:") for place in told["places"])


def test_a_refused_statement_does_not_tell_its_values(database: Database) -> None:
    with database.engine.connect() as connection, pytest.raises(SQLAlchemyError) as refused:
        connection.execute(text("INSERT INTO nowhere VALUES (:mail)"), {"mail": SECRET})
    assert SECRET not in str(refused.value)
