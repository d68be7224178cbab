"""Keys by which programs act for a member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.events import emit
from app.core.hot import HotQuery, Reader
from app.core.ids import new_id
from app.core.security import new_token, token_hash
from app.workspaces.access import VIEWER_COLUMNS, Viewer, viewer_from
from models import ApiKey, Member

MAX_NAME, MAX_DAYS = 100, 3650
SCOPES = ("read", "write")


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A member who calls with an API key, and what the key is good for."""

    viewer: Viewer
    key_id: str
    scopes: list[str]
    expires_at: datetime | None = None


def read_key_holder(reader: Reader, *, key_hash: str, now: datetime) -> KeyHolder | None:
    """The member whose API key has this hash and has not expired at `now`."""
    rows = _by_key(reader, key_hash=key_hash)
    return _holder(rows[0], now) if rows else None


def _holder(row: Sequence[Any], now: datetime) -> KeyHolder | None:
    key_id, scopes, expires_at = row[len(VIEWER_COLUMNS) :]
    if expires_at is not None and expires_at <= now:
        return None
    return KeyHolder(viewer_from(row), key_id, scopes, expires_at)


def api_keys(session: Session, *, viewer: Viewer) -> Sequence[ApiKey]:
    """The viewer's own, newest first."""
    mine = select(ApiKey).where(col(ApiKey.member_id) == viewer.member_id)
    return session.scalars(mine.order_by(col(ApiKey.created_at).desc(), col(ApiKey.id).desc())).all()


def create_api_key(
    session: Session,
    *,
    viewer: Viewer,
    name: str,
    scopes: Sequence[str] = SCOPES,
    days: int | None = None,
    by: KeyHolder | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is returned this once; the store keeps its hash.

    `by`: the key that asks for it. Raises Forbidden where the new one would do more than that, or outlive it.
    """
    label = name.replace("\0", "").strip()[:MAX_NAME]
    if not label or (days is not None and not 1 <= days <= MAX_DAYS):
        raise InvalidInput(f"API key: give it a name, and 1 to {MAX_DAYS} days or no end.", field="name")
    if not scopes or set(scopes) - set(SCOPES):
        raise InvalidInput(f"scopes: choose from {', '.join(SCOPES)}.", field="scopes")
    secret, now = f"sn_{new_token()}", utcnow()
    ends = None if days is None else now + timedelta(days=days)
    if by:
        _check_within(by, scopes, ends)
    key = ApiKey(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=viewer.member_id,
        name=label,
        key_hash=token_hash(secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        created_at=now,
        expires_at=ends,
    )
    session.add(key)
    _emit(session, "api_key.created", viewer, key)
    return key, secret


def revoke_api_key(session: Session, *, viewer: Viewer, key_id: str) -> None:
    """End a key of the viewer's at once."""
    key = session.get(ApiKey, key_id)
    if key is None or key.member_id != viewer.member_id:
        raise NotFound("This API key does not exist.")
    session.delete(key)
    _emit(session, "api_key.revoked", viewer, key)


def _check_within(by: KeyHolder, scopes: Sequence[str], ends: datetime | None) -> None:
    if set(scopes) - set(by.scopes):
        raise Forbidden(
            f"scopes: the key that you use has {', '.join(by.scopes)}, and can give no more.", field="scopes"
        )
    if by.expires_at and (ends is None or ends > by.expires_at):
        raise Forbidden("days: the key that you use ends earlier; choose fewer days.", field="days")


def _emit(session: Session, type: str, viewer: Viewer, key: ApiKey) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=key.id,
        actor_id=viewer.member_id,
        data={"name": key.name},
    )


_keys: Any = (
    select(*VIEWER_COLUMNS, col(ApiKey.id), col(ApiKey.scopes), col(ApiKey.expires_at))
    .join(ApiKey, col(ApiKey.member_id) == col(Member.id))
    .where(col(ApiKey.key_hash) == bindparam("key_hash"), col(Member.active))
)
_by_key = HotQuery(_keys)
