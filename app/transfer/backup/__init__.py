"""The whole database in one file, from SQLite or PostgreSQL and back into either."""

from app.transfer.backup.restoring import restore
from app.transfer.backup.saving import save

__all__ = ["restore", "save"]
