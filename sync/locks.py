"""Names of the locks that workers storing mail share."""


def ingest_lock(workspace_id: str) -> str:
    """Shared by all who store mail. To its sole holder every message is visible that was matched before now."""
    return f"ingest:{workspace_id}"
