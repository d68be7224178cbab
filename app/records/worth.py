"""Amounts in different currencies are never added up: what counts is those in the workspace's own."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import col

from models import Record, Workspace


def home_amount(record: Any = Record) -> ColumnElement[Any]:
    """The amount of a record in minor units; NULL where it is in another currency than the workspace's."""
    return case((_currency(record) == _home(record), col(record.amount)))


def is_abroad(record: Any = Record) -> ColumnElement[bool]:
    """Whether a record has an amount in another currency than the workspace's."""
    return and_(col(record.amount).is_not(None), _currency(record) != _home(record))


def _currency(record: Any) -> ColumnElement[str]:
    return func.coalesce(col(record.currency), _home(record))


def _home(record: Any) -> ColumnElement[Any]:
    here = select(col(Workspace.currency)).where(col(Workspace.id) == col(record.workspace_id))
    return here.correlate(record).scalar_subquery()
