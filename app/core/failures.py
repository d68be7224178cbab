"""Telling of an exception without its message or its variables, which may hold mail or tokens."""

import traceback
from typing import Any


def describe(error: BaseException) -> str:
    """The class and the innermost place, e.g. `IntegrityError at store.py:120`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    place = f" at {_place(own[-1])}" if own else ""
    return f"{type(error).__name__}{place}"


def trace(error: BaseException) -> dict[str, Any]:
    """The class, every place from the outermost in, and the same of what led to it or is grouped in it."""
    places = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)]
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    grouped = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    told: dict[str, Any] = {"error": type(error).__name__, "places": places}
    if causes := [*grouped, *([earlier] if earlier else ())]:
        told["causes"] = [trace(cause) for cause in causes]
    return told


def _place(frame: traceback.FrameSummary) -> str:
    return f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
