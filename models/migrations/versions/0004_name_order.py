"""Lists in alphabetical order: an index over names in lower case

No model declares it: Alembic cannot compare indexes over expressions, which SQLite does not show it.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_record_name ON record (folder_id, lower(name), id)")


def downgrade() -> None:
    op.drop_index("ix_record_name", "record")
