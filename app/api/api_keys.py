"""`/api/v1/api-keys`: the keys by which programs act for the caller."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.shapes import Body, Page, refusals
from app.workspaces import api_keys

Scope = Literal["read", "write"]
KeyId = Annotated[str, Path(examples=["01JD8Z6V7Q3M4N5P6R7S8T9VWX"])]


class ApiKeyOut(BaseModel):
    """A key without its secret, which is told only once."""

    id: str = Field(examples=["01JD8Z6V7Q3M4N5P6R7S8T9VWX"])
    name: str = Field(examples=["Website form"])
    scopes: list[Scope] = Field(examples=[["read", "write"]])
    created_at: datetime
    expires_at: datetime | None


class NewApiKey(Body):
    name: str = Field(examples=["Website form"], min_length=1, max_length=100)
    scopes: list[Scope] = Field(default=["read", "write"], min_length=1, max_length=2, examples=[["read"]])
    days: int | None = Field(
        default=None, ge=1, le=3650, examples=[365], description="Valid for so long; null: no end."
    )


class CreatedApiKey(ApiKeyOut):
    key: str = Field(examples=["sn_2vVq…"], description="Keep it: it is not shown again.")


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/api-keys", tags=["api keys"])

    @routes.get("", operation_id="list_api_keys", responses=refusals())
    def list_api_keys(caller: Called) -> Page[ApiKeyOut]:
        """The caller's keys, newest first."""
        with caller.read() as asked:
            keys = api_keys.api_keys(asked.session, viewer=asked.viewer)
            return Page(items=[ApiKeyOut.model_validate(key, from_attributes=True) for key in keys])

    @routes.post("", operation_id="create_api_key", status_code=201, responses=refusals(403, 409))
    def create_api_key(caller: Called, body: NewApiKey) -> CreatedApiKey:
        """Make a key. A key cannot make one that may do more than itself, or ends later."""
        with caller.write() as asked:
            key, secret = api_keys.create_api_key(
                asked.session,
                viewer=asked.viewer,
                name=body.name,
                scopes=body.scopes,
                days=body.days,
                by=asked.holder,
            )
            return CreatedApiKey(**ApiKeyOut.model_validate(key, from_attributes=True).model_dump(), key=secret)

    @routes.delete("/{key_id}", operation_id="revoke_api_key", status_code=204, responses=refusals(403, 404))
    def revoke_api_key(caller: Called, key_id: KeyId) -> None:
        """End a key at once."""
        with caller.write() as asked:
            api_keys.revoke_api_key(asked.session, viewer=asked.viewer, key_id=key_id)

    return routes
