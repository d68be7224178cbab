"""A whole workspace in one file, out of one installation and into another."""

from app.transfer.archive.arriving import take_in
from app.transfer.archive.leaving import note_archive, write_archive

__all__ = ["note_archive", "take_in", "write_archive"]
