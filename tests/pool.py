"""Empty PostgreSQL databases for tests: making one takes longer than most tests, so each serves many, one at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from app.core.ids import new_id

MOST_USES = 200
"""Then a database is replaced: deleted rows stay in its files for a while."""

_KEPT = ("alembic_version", "dbos_migrations")
_LEAVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_EMPTY = f"""
    DO $$ DECLARE one record; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR one IN SELECT viewname FROM pg_views WHERE schemaname = 'public' LOOP
            EXECUTE format('DROP VIEW %I', one.viewname);
        END LOOP;
        FOR one IN SELECT schemaname, tablename FROM pg_tables
            WHERE schemaname IN ('public', 'dbos') AND tablename NOT IN {_KEPT} LOOP
            EXECUTE format('DELETE FROM %I.%I', one.schemaname, one.tablename);
        END LOOP;
    END $$
"""
_SHAPE = """
    SELECT string_agg(relname, ' ' ORDER BY relname), sum(relnatts), sum(relchecks), sum(relrowsecurity::int)
    FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'dbos'))
"""


@dataclass
class _Used:
    name: str
    uses: int = 0


@dataclass
class Pool:
    """The databases of one server. `prepare` migrates the one, given by its URL, that all are copies of."""

    server: str
    prepare: Callable[[str], None]
    _free: list[_Used] = field(default_factory=list)
    _template: str = ""
    _shape: object = None

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of a migrated, empty database."""
        one = self._free.pop() if self._free else self._made()
        yield self._url(one.name)
        one.uses += 1
        if one.uses < MOST_USES and self._emptied(one.name):
            self._free.append(one)
        else:
            self._drop(one.name)

    def close(self) -> None:
        """Drop what is left, on a server that goes on."""
        for name in (*(one.name for one in self._free), self._template):
            if name:
                self._drop(name)

    def _made(self) -> _Used:
        if not self._template:
            self._template = f"sidenote_template_{new_id()}"
            self._run(self.server, f"CREATE DATABASE {self._template}")
            self.prepare(self._url(self._template))
            self._shape = self._run(self._url(self._template), _SHAPE)
        name = f"sidenote_test_{new_id()}"
        self._run(self.server, f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        return _Used(name)

    def _emptied(self, name: str) -> bool:
        """False when the test changed the tables themselves, or took the database away."""
        with suppress(psycopg.Error):
            for statement in (_LEAVE, _EMPTY):
                self._run(self._url(name), statement)
            return self._run(self._url(name), _SHAPE) == self._shape
        return False

    def _drop(self, name: str) -> None:
        self._run(self.server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    @staticmethod
    def _run(url: str, statement: str) -> object:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else None
