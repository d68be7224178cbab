"""What requests and answers of the REST API have in common."""

from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Item = TypeVar("Item")


SomeDay = TypeVar("SomeDay", bound=date)


def _storable(day: SomeDay) -> SomeDay:
    if not 1900 <= day.year < 3000:
        raise ValueError("must be in the years 1900 to 2999")
    return day


Moment = Annotated[AwareDatetime, AfterValidator(_storable)]
"""A time in a request, with its offset from UTC."""
Day = Annotated[date, AfterValidator(_storable)]
"""A day in a request."""


class Body(BaseModel):
    """A request body: what is misspelt is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=100_000)


class Page(BaseModel, Generic[Item]):
    """Some of many. `next` is the `cursor` of the following page, null on the last."""

    items: list[Item]
    next: str | None = Field(default=None, examples=["eyJpZCI6IjAxSkQifQ"])


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `field` names what to correct, where one thing is."""

    type: str = Field(examples=["urn:sidenote:problem:invalid_input"])
    title: str = Field(examples=["Invalid input"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Amount: write an amount such as 1234.50."])
    field: str | None = Field(default=None, examples=["amount"])


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint: 401 and 422, which any may give, and those named."""
    return {status: {"model": Problem, "description": _WHY[status]} for status in sorted({401, 422, *statuses})}


_WHY = {
    401: "No valid API key.",
    403: "The caller's role does not allow this.",
    404: "There is none, or the caller may not know of it.",
    409: "Someone else was faster, or it has been done already.",
    412: "`If-Match` names an older version.",
    422: "A value is wrong; `field` says which.",
    428: "`If-Match` is missing.",
    429: "Too many requests; `Retry-After` says when to come back.",
}
