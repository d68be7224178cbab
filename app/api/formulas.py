"""`/api/v1/folders/{folder_id}/formula-previews`: what a formula would give."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, refusals
from app.records.computed.preview import preview_formula


class FormulaAsked(Body):
    """A formula, see docs/formulas.md, and the record to try it on."""

    formula: str = Field(examples=["upper({Name})"])
    record_id: str | None = Field(default=None, examples=[EXAMPLE_ID])


class FormulaPreview(BaseModel):
    """The formula as a field would store it and as people read it, the type of its answers, and a record's answer.

    An amount comes in minor units of `currency`. Where there is no answer, `value` is null.
    """

    formula: str = Field(examples=["upper(name)"])
    shown: str = Field(examples=["upper({Name})"])
    result: str = Field(description="text, number, currency, percent, date, datetime or checkbox", examples=["text"])
    currency: str | None = Field(default=None, examples=["EUR"])
    value: Any = Field(default=None, examples=["DANA DIAZ"])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["fields"])

    @routes.post("/folders/{folder_id}/formula-previews", operation_id="preview_formula", responses=refusals(404))
    def preview(
        caller: Called, folder_id: Annotated[str, Path(examples=[EXAMPLE_ID])], body: FormulaAsked
    ) -> FormulaPreview:
        """Try a formula without saving it. What is wrong with it is a 422 whose `position` is the character, from 1.

        It reads what the caller may see.
        """
        with caller.read() as asked:
            found = preview_formula(
                asked.session,
                viewer=asked.viewer,
                folder_id=folder_id,
                formula=body.formula,
                record_id=body.record_id,
            )
            return FormulaPreview(
                formula=found.formula,
                shown=found.shown,
                result=found.result,
                currency=found.currency,
                value=found.value,
            )

    return routes
