"""Text that members write, checked the same way wherever they write it."""

from app.core.errors import InvalidInput

MAX_TEXT = 10_000


def written(text: str, *, name: str, field: str, required: bool = True) -> str:
    """The text without white space around it. Raises InvalidInput when it is empty or endless."""
    body = text.replace("\0", "").strip()
    if required and not body:
        raise InvalidInput(f"{name}: write something first.", field=field)
    if len(body) > MAX_TEXT:
        raise InvalidInput(f"{name}: at most {MAX_TEXT:,} characters, please.", field=field)
    return body
