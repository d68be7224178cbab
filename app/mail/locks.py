"""Names of the locks that workers storing mail share."""


def ingest_lock(workspace_id: str) -> str:
    """Shared by all who store mail. To its sole holder every message is visible that was matched before now."""
    return f"ingest:{workspace_id}"


def thread_lock(thread_id: str) -> str:
    """Held while it is settled which deal a thread is on."""
    return f"thread:{thread_id}"
