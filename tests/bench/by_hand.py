"""What the API answers, asked of PostgreSQL by hand: SQL through psycopg, on one connection, for one question each.

There is no caller to check and no right to keep. What the API has written is written again, row by row.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from app.core.ids import new_id
from tests.bench import by_hand_sql as sql

Row = tuple[Any, ...]
Values = dict[str, Any]
Tables = dict[str, list[Values]]
"""Rows to write, by table."""

_JSONB = 3802


class ByHand:
    """One connection to a bench's database; writes are committed."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._workspace = self._rows("SELECT id FROM workspace")[0][0]

    def close(self) -> None:
        self._connection.close()

    def person(self, email: str) -> list[Row]:
        """The contact with company and owner, the first open deals, due tasks, and the last ten entries."""
        people = self._rows(sql.PERSON, self._workspace, email)
        person, company, *_ = people[0]
        deals = self._rows(sql.OPEN_DEALS, person, company)
        tasks = self._rows(sql.TASKS, person)
        return [*people, *deals, *tasks, *self._rows(sql.LAST_ENTRIES, person)]

    def page(self, folder: str, owner: str, amount: int) -> list[Row]:
        """Fifty deals of one owner from an amount on, last to close first, with the names that they refer to."""
        deals = self._rows(sql.PAGE, folder, self._workspace, owner, amount)
        return [*deals, *self._rows(sql.PARTICIPANTS, [deal[0] for deal in deals])]

    def search(self, word: str, number: str) -> tuple[list[Row], list[Row]]:
        """Records with a word that begins so and one that begins with the number, those first whose name begins with
        both; and entries that say both, with what they say and each record that they stand on."""
        here, name = {"workspace": self._workspace}, f"{word} {number}"
        ranges = {"word": word, "after_word": f"{word}\x7f", "number": number, "after_number": f"{number}\x7f"}
        records = self._connection.execute(sql.WITH_WORDS.encode(), here | ranges | {"name": name, "whole": f"={name}"})
        rows = records.fetchall()
        entries = self._connection.execute(sql.WITH_TEXTS.encode(), here | {"words": f"{word} & {number}:*"})
        return rows, entries.fetchall()

    def board(self, stages: Sequence[str]) -> list[Row]:
        return self._rows(sql.BOARD, list(stages), self._workspace)

    def written(self, tables: dict[str, str], record: str) -> Tables:
        """The rows that each table has about a record."""
        return {table: self._values(table, where, record) for table, where in tables.items()}

    def create(self, rows: Tables) -> None:
        with self._connection.transaction():
            self._insert(rows)

    def move(self, deal: str, stage: str, probability: int, rows: Tables) -> None:
        """Put a deal into a stage, add these rows, and note that its company was active."""
        with self._connection.transaction():
            self._connection.execute(sql.LOCKED, [deal])
            self._connection.execute(sql.MOVE, [stage, probability, deal])
            self._insert(rows)
            self._connection.execute(sql.ACTIVE, [deal])

    def _rows(self, query: str, *parameters: object) -> list[Row]:
        return self._connection.execute(query.encode(), parameters).fetchall()

    def _values(self, table: str, where: str, record: str) -> list[Values]:
        cursor = self._connection.execute(f"SELECT * FROM {table} WHERE {where}".encode(), [record])
        columns = cursor.description or []
        return [
            {
                column.name: Jsonb(value) if column.type_code == _JSONB else value
                for column, value in zip(columns, row, strict=True)
            }
            for row in cursor
        ]

    def _insert(self, tables: Tables) -> None:
        for table, rows in tables.items():
            if rows:
                columns = ", ".join(f'"{name}"' for name in rows[0])
                places = ", ".join(["%s"] * len(rows[0]))
                statement = f"INSERT INTO {table} ({columns}) VALUES ({places})".encode()
                self._connection.cursor().executemany(statement, [list(row.values()) for row in rows])


def anew(tables: Tables) -> Tables:
    """The same rows under ids of their own."""
    ids = {row["id"]: new_id() for rows in tables.values() for row in rows if "id" in row}
    return {
        table: [{name: _replaced(value, ids) for name, value in row.items()} for row in rows]
        for table, rows in tables.items()
    }


def added(before: Tables, after: Tables) -> Tables:
    known = {table: {repr(row) for row in rows} for table, rows in before.items()}
    return {table: [row for row in rows if repr(row) not in known[table]] for table, rows in after.items()}


def _replaced(value: Any, ids: dict[str, str]) -> Any:
    return ids.get(value, value) if isinstance(value, str) else value
