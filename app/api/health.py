"""Is the process alive, and can it serve: for load balancers and orchestrators."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import text

from app.core import jobs
from app.core.context import Context
from app.core.database import transaction
from app.core.schema import is_current


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
    try:
        with transaction(context.engine, read_only=True) as session:
            session.execute(text("SELECT 1"))
            worker = jobs.health(session).ok
        return {"database": True, "schema": is_current(context.engine), "worker": worker}
    except Exception:
        return {"database": False, "schema": False, "worker": False}
