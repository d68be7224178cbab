"""`/api/v1/folders/{folder_id}/card`: which fields the cards of a folder show in Gmail."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.folders import FolderId
from app.api.shapes import Body, Page, refusals
from app.records.card_fields import arrange_card, card_layouts
from models import CardLayout

Keys = Annotated[list[str], Field(max_length=8, examples=[["company", "email", "phone", "owner"]])]


class CardIn(Body):
    """`fields` are keys, in order; an empty list goes back to what is usual. Without a role it holds for everybody."""

    fields: Keys
    role_id: str | None = Field(None, examples=[None])


class CardOut(BaseModel):
    role_id: str | None = Field(examples=[None])
    fields: Keys


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["folders"])

    @routes.get("/folders/{folder_id}/card", operation_id="get_card_layouts", responses=refusals(403, 404))
    def get_card_layouts(caller: Called, folder_id: FolderId) -> Page[CardOut]:
        """What is arranged for the cards of a folder: for everybody first, then by role. Nothing: what is usual."""
        with caller.read() as asked:
            return _out(card_layouts(asked.session, viewer=asked.viewer, folder_id=folder_id))

    @routes.put("/folders/{folder_id}/card", operation_id="arrange_card", responses=refusals(403, 404))
    def arrange(caller: Called, folder_id: FolderId, body: CardIn) -> Page[CardOut]:
        """Have the cards of a folder show these fields, for members of a role or for everybody."""
        with caller.write() as asked:
            arrange_card(
                asked.session, viewer=asked.viewer, folder_id=folder_id, keys=body.fields, role_id=body.role_id
            )
            return _out(card_layouts(asked.session, viewer=asked.viewer, folder_id=folder_id))

    return routes


def _out(layouts: Sequence[CardLayout]) -> Page[CardOut]:
    return Page(items=[CardOut(role_id=one.role_id, fields=one.fields) for one in layouts])
