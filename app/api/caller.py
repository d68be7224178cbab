"""Who calls the REST API, and the one transaction that answers them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from app.api.auth import holder_of
from app.api.idempotency import Claim
from app.core.context import Context
from app.core.database import confine, transaction
from app.core.errors import Forbidden
from app.core.rates import Rates
from app.records.catalog import know_version
from app.workspaces.access import Viewer
from app.workspaces.api_keys import KeyHolder

BEARER = HTTPBearer(
    scheme_name="Bearer",
    description="An API key (`POST /api/v1/api-keys` or `sidenote api-key` makes one), or a person's Google ID token.",
    auto_error=False,
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an endpoint works with: the session of its transaction, and on whose behalf."""

    session: Session
    holder: KeyHolder

    @property
    def viewer(self) -> Viewer:
        return self.holder.viewer


class Caller:
    """The caller of a request. An endpoint opens exactly one of `read` and `write`, and answers from within."""

    def __init__(self, request: Request, _bearer: Credentials) -> None:
        self.request = request
        self.context: Context = request.app.state.context

    @contextmanager
    def read(self) -> Iterator[Asked]:
        """A transaction that only reads. Raises NotSignedIn, and Forbidden for a key without the scope `read`."""
        with transaction(self.context.engine, read_only=True) as session:
            yield Asked(session, self._holder(session, "read"))

    @contextmanager
    def write(self) -> Iterator[Asked]:
        """A transaction that is committed when the block ends. Raises Forbidden for a key without the scope `write`.

        Under an `Idempotency-Key` the block runs once, and later requests get its answer.
        """
        with transaction(self.context.engine) as session:
            holder = self._holder(session, "write")
            claim: Claim | None = getattr(self.request.state, "claim", None)
            if claim:
                claim.make(session, holder.viewer)
            yield Asked(session, holder)

    def _holder(self, session: Session, scope: str) -> KeyHolder:
        holder = holder_of(session, self.context, self.request.headers.get("authorization"))
        here = holder.viewer.workspace_id
        confine(session, here)
        know_version(session, workspace_id=here, version=holder.viewer.catalog_version)
        return admit(self.request.app.state.rates, holder, scope)


def admit(rates: Rates, holder: KeyHolder, scope: str) -> KeyHolder:
    """Let a caller in. Raises Forbidden for a key without this scope, and TooManyRequests for one that hurries."""
    rates.spend(holder.key_id)
    if scope not in holder.scopes:
        raise Forbidden(f"This API key may not {scope}: make one that may.")
    return holder


Called = Annotated[Caller, Depends(Caller)]
