"""Telling of an exception without its message, which may hold mail or tokens."""

import traceback


def describe(error: BaseException) -> str:
    """The class and the innermost place, e.g. `IntegrityError at store.py:120`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    place = f" at {own[-1].filename.rsplit('/', 1)[-1]}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{place}"
