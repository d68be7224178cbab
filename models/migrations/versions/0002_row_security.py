"""Row-level security: a member's transaction sees and writes rows of its own workspace, whatever its queries forgot

PostgreSQL only. See docs/decisions/0007-row-level-security.md.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sidenote_member') THEN
        CREATE ROLE sidenote_member NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The database user may not create the role of row-level security. Run as a superuser, once: '
            'CREATE ROLE sidenote_member; GRANT sidenote_member TO %;', current_user;
END $$
"""

MEMBERSHIP = """
DO $$
BEGIN
    SET LOCAL ROLE sidenote_member;
    SET LOCAL ROLE NONE;
EXCEPTION
    WHEN insufficient_privilege THEN
        EXECUTE format('GRANT sidenote_member TO %I', current_user);
END $$
"""

PRIVILEGES = """
DO $$
DECLARE place text;
BEGIN
    FOR place IN SELECT nspname FROM pg_namespace WHERE nspname IN (current_schema(), 'dbos') LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO sidenote_member', place);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO sidenote_member', place);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO sidenote_member', place);
    END LOOP;
END $$;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO sidenote_member;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sidenote_member;
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO sidenote_member
"""

POLICIES = """
DO $$
DECLARE owned record;
BEGIN
    FOR owned IN
        SELECT table_name AS name, column_name AS key FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
        AND (column_name = 'workspace_id' OR (table_name = 'workspace' AND column_name = 'id'))
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned.name);
        EXECUTE format(
            'CREATE POLICY own_workspace ON %I TO sidenote_member USING (%I = current_setting(%L, true))',
            owned.name, owned.key, 'sidenote.workspace'
        );
    END LOOP;
END $$
"""

NO_POLICIES = """
DO $$
DECLARE held name;
BEGIN
    FOR held IN SELECT tablename FROM pg_policies WHERE policyname = 'own_workspace' LOOP
        EXECUTE format('DROP POLICY own_workspace ON %I', held);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', held);
    END LOOP;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for part in (ROLE, MEMBERSHIP, PRIVILEGES, POLICIES):
            op.execute(part)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NO_POLICIES)
