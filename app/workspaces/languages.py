"""The language in which Sidenote speaks to a member."""

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.events import emit
from app.workspaces.access import Viewer
from models import Member

LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "uk": "Українська",
    "zh-TW": "繁體中文",
}
"""By the name that each has for itself."""


def set_language(session: Session, *, viewer: Viewer, language: str) -> Member:
    """Choose one of LANGUAGES for the viewer's own cards; empty: follow Gmail."""
    if language and language not in LANGUAGES:
        raise InvalidInput(f"language: choose one of {', '.join(LANGUAGES)}, or none.", field="language")
    member = session.get_one(Member, viewer.member_id, with_for_update=True)
    if member.language != language:
        member.language = language
        emit(
            session,
            "member.language_set",
            workspace_id=viewer.workspace_id,
            subject_id=member.id,
            actor_id=member.id,
            data={"language": language},
        )
    return member
