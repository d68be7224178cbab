"""What went wrong, in the reader's language where services say it often; else as they say it."""

from app.core.errors import SidenoteError
from app.records.fields.refusals import REFUSALS
from gmail_addon.wording import t

NAMED = ("field", "stage")
"""Values that are names of the workspace's own."""


def refusal_words(error: SidenoteError) -> str:
    if error.said is None:
        return error.message
    key, values = error.said
    return t(REFUSALS[key], **{name: t(str(value)) if name in NAMED else value for name, value in values.items()})
