"""Connections that are kept for the next request."""

import psycopg
from sqlalchemy import text

from app.core.database import make_engine, transaction


def test_a_connection_that_the_server_closed_while_idle_is_replaced(postgresql_server: str):
    engine = make_engine(postgresql_server, idle_seconds=0)
    with transaction(engine) as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    with transaction(engine) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != backend
    engine.dispose()
