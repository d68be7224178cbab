"""The text of the timeline as search looks into it: FTS5 on SQLite, a GIN index over tsvectors on PostgreSQL

No model maps these tables: `app.timeline.search.texts` is the one place that reads and writes them. What is in them has
been split into words already, so that both databases only compare.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE VIRTUAL TABLE search_text USING fts5(
        entry_id, words, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
    )
    """,
)
POSTGRESQL = (
    "CREATE TABLE search_text (entry_id varchar(26) PRIMARY KEY, workspace_id varchar(26) NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX ix_search_text_words ON search_text USING gin (words)",
    "ALTER TABLE search_text ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own_workspace ON search_text TO sidenote_member "
    "USING (workspace_id = current_setting('sidenote.workspace', true))",
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("search_text")
