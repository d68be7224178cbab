"""Is the process alive, and can it serve: for load balancers and orchestrators."""

from typing import Any

import structlog
from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import jobs
from app.core.context import Context
from app.core.database import transaction
from app.core.failures import describe
from app.core.schema import is_current

log = structlog.get_logger()


def router(context: Context) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @routes.get("/readyz")
    def readyz(response: Response) -> dict[str, Any]:
        """The database answers, is at the current schema, and a worker is alive; else 503 and what is missing."""
        checks = _checks(context)
        if not all(checks.values()):
            response.status_code = 503
        return {"status": "ok" if all(checks.values()) else "not ready", "checks": checks}

    return routes


def _checks(context: Context) -> dict[str, bool]:
    checks = {"database": False, "schema": False, "worker": False}
    try:
        with transaction(context.engine, read_only=True) as session:
            session.execute(text("SELECT 1"))
            checks["database"] = True
        checks["schema"] = is_current(context.engine)
        with transaction(context.engine, read_only=True) as session:
            checks["worker"] = checks["schema"] and jobs.health(session).ok
    except SQLAlchemyError as error:
        log.warning("not_ready", error=describe(error))
    return checks
