"""The deals that a thread may be about, scored with reasons."""

from sqlmodel import Session

from app.workspaces.access import Viewer
from sync.attribution.pool import read_facts
from sync.attribution.score import Candidate, score_deals
from sync.attribution.thread import read_thread


def candidates(session: Session, *, workspace_id: str, thread_id: str, viewer: Viewer | None = None) -> list[Candidate]:
    """Open deals and those closed within 30 days, the likeliest first; only what the viewer may see, if one is given.

    At most 14 statements, whatever the number of deals and messages. Whether the viewer may read the thread is for the
    caller to know.
    """
    thread = read_thread(session, workspace_id=workspace_id, thread_id=thread_id)
    if thread is None or not thread.keys:
        return []
    return score_deals(thread, read_facts(session, thread=thread, viewer=viewer))
