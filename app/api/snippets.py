"""`/api/v1/snippets`: texts to put into mail, with `{{field}}` places in them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.mail.snippets import (
    create_snippet,
    delete_snippet,
    get_snippet,
    restore_snippet,
    snippets_of,
    update_snippet,
)
from models import Snippet

SnippetId = Annotated[str, Path(examples=[EXAMPLE_ID])]
NAME, TEXT = "Thanks for the call", "Hi {{first_name|there}},\nthank you for your time.\n{{me}}"


class SnippetOut(BaseModel):
    """A text to put into mail; of a colleague's, `shared` is true."""

    id: str = Field(examples=[EXAMPLE_ID])
    owner_id: str = Field(examples=[EXAMPLE_ID])
    shared: bool
    name: str = Field(examples=[NAME])
    text: str = Field(examples=[TEXT])
    created_at: datetime
    updated_at: datetime


class NewSnippet(Body):
    name: str = Field(examples=[NAME], description="Each of an owner's snippets has a name of its own.")
    text: str = Field(examples=[TEXT])
    shared: bool = Field(default=False, description="Colleagues can use it, too.")


class SnippetEdit(Body):
    """The parts to change."""

    name: str = Field(default="", examples=[NAME])
    text: str = Field(default="", examples=[TEXT])
    shared: bool = False


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/snippets", tags=["mail"])
    _add_reading(routes)
    _add_writing(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_snippets", responses=refusals())
    def listed(caller: Called) -> Page[SnippetOut]:
        """The caller's own snippets and those that colleagues share, by name."""
        with caller.read() as asked:
            return Page(items=[_out(snippet) for snippet in snippets_of(asked.session, viewer=asked.viewer)])

    @routes.get("/{snippet_id}", operation_id="get_snippet", responses=refusals(404))
    def get(caller: Called, snippet_id: SnippetId) -> SnippetOut:
        """One snippet."""
        with caller.read() as asked:
            return _out(get_snippet(asked.session, viewer=asked.viewer, snippet_id=snippet_id))


def _add_writing(routes: APIRouter) -> None:
    @routes.post("", operation_id="create_snippet", status_code=201, responses=refusals(403, 409))
    def create(caller: Called, response: Response, body: NewSnippet) -> SnippetOut:
        """A new snippet of the caller's."""
        with caller.write() as asked:
            snippet = create_snippet(asked.session, viewer=asked.viewer, **body.model_dump())
            response.headers["Location"] = f"/api/v1/snippets/{snippet.id}"
            return _out(snippet)

    @routes.patch("/{snippet_id}", operation_id="update_snippet", responses=refusals(403, 404))
    def update(caller: Called, snippet_id: SnippetId, body: SnippetEdit) -> SnippetOut:
        """Change a snippet: its owner may, and an admin one that is shared."""
        with caller.write() as asked:
            values = body.model_dump(exclude_unset=True)
            return _out(update_snippet(asked.session, viewer=asked.viewer, snippet_id=snippet_id, values=values))

    @routes.delete("/{snippet_id}", operation_id="delete_snippet", status_code=204, responses=refusals(403, 404))
    def delete(caller: Called, snippet_id: SnippetId) -> None:
        """Delete a snippet; for 30 days it can be restored."""
        with caller.write() as asked:
            delete_snippet(asked.session, viewer=asked.viewer, snippet_id=snippet_id)

    @routes.delete("/{snippet_id}/deletion", operation_id="restore_snippet", responses=refusals(404))
    def restore(caller: Called, snippet_id: SnippetId) -> SnippetOut:
        """Take a deletion back; one that is not deleted stays as it is."""
        with caller.write() as asked:
            return _out(restore_snippet(asked.session, viewer=asked.viewer, snippet_id=snippet_id))


def _out(snippet: Snippet) -> SnippetOut:
    return SnippetOut(**snippet.model_dump(exclude={"workspace_id", "deleted_at"}))
