"""Which version of a record a request is about (RFC 9110, 8.8.3 and 13.1.1): `ETag` and `If-Match`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header, Response

from app.core.errors import SidenoteError
from app.records.service import Outdated

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The `ETag` that the record had when it was read.", examples=['"3"']),
]
_OURS = re.compile(r'"(\d{1,18})"')


class PreconditionFailed(SidenoteError):
    """The record is not the one that the caller read."""

    status = 412
    code = "precondition_failed"


def give_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


@contextmanager
def matched(if_match: str | None) -> Iterator[int | None]:
    """The version that the request insists on, None for any. Inside, Outdated becomes PreconditionFailed."""
    if if_match is None or if_match.strip() == "*":
        version = None
    else:
        found = _OURS.fullmatch(if_match.strip())
        if found is None:
            raise PreconditionFailed("If-Match: no version of this record has such an ETag.")
        version = int(found[1])
    try:
        yield version
    except Outdated as outdated:
        raise PreconditionFailed(outdated.message) from None
