"""Recognising one mail across the mailboxes that hold it."""

import hashlib

from sync.parse.model import Address

_TEXT_CHARACTERS = 200


def group_digest(
    gmail_id: str, rfc_message_id: str, sender: Address | None, date_header: str, subject: str, visible_text: str
) -> str:
    """SHA-256 (hex) over what is the same in every mailbox's copy of a mail.

    The Message-ID alone would not do: some servers give one id to different mails. A mail without any Message-ID
    is told apart by its Gmail id as well, so it stays one mailbox's own rather than merge with a stranger.
    """
    text = " ".join(visible_text[: 5 * _TEXT_CHARACTERS].split())[:_TEXT_CHARACTERS]
    identity = [rfc_message_id, sender.address if sender else "", date_header, subject, text]
    if not rfc_message_id:
        identity.append(gmail_id)
    return hashlib.sha256("\0".join(identity).encode()).hexdigest()
