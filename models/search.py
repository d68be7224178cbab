"""What search looks things up in: the words of records, and the spellings that lead to a word."""

from sqlalchemy import Index, String
from sqlmodel import Field, SQLModel

from models.base import part_of

Bytewise = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by its bytes, so that the words with a prefix are one range of the index."""


class SearchWord(SQLModel, table=True):
    """A word in a field of a record, folded (see `app.records.search.folding`)."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_word", "workspace_id", "word", "record_id", "field"),
        {"sqlite_with_rowid": False},
    )

    record_id: str = part_of(primary_key=True)
    word: str = Field(primary_key=True, sa_type=Bytewise)
    field: str = Field(primary_key=True)
    workspace_id: str = part_of()


class SearchSpelling(SQLModel, table=True):
    """A word that occurs in names, and a spelling of it with one letter left out, or none.

    Nothing is unique here: two transactions that meet the same new word both write it, and wait for nobody.
    """

    __tablename__ = "search_spelling"
    __table_args__ = (Index("ix_search_spelling_spelling", "workspace_id", "spelling"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: str = part_of()
    spelling: str
    word: str


class SearchDue(SQLModel, table=True):
    """A timeline entry of mail whose text is not in the index yet."""

    __tablename__ = "search_due"

    entry_id: str = part_of(primary_key=True)
    workspace_id: str = part_of()
