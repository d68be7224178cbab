"""The background side of an import: some batches of its rows in each transaction, until none waits.

A worker that dies leaves the batches it was at as they were, and its successor goes on there: what is done and that
it is done are written together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.core.bulk import plan_afresh
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import NotSignedIn, SidenoteError
from app.core.events import emit
from app.core.jobs import JobContext, job
from app.core.locks import hold
from app.core.security import Vault
from app.records.identity import contacts_lock
from app.records.schema import folder_seen, schema_of
from app.transfer.importing.choices import add_choices, make_fields
from app.transfer.importing.deciding import Decider, Staged
from app.transfer.importing.leaving_out import leave_out_erased
from app.transfer.importing.references import Known
from app.transfer.importing.staging import rows_in
from app.transfer.importing.taking_in import decide, take_in
from app.transfer.importing.verdicts import Verdict, count, forget_checks
from app.transfer.mapping import Plan, RowReader
from app.workspaces.access import Viewer, viewer_by_id
from models import Folder, Import, ImportBatch

AT_ONCE = 4
"""Batches of a transaction."""
IMPORT = "import"


@job("transfer.import")
def run_import(context: JobContext, import_id: str) -> None:
    """Take in the rows that wait, as the member who asked for it may by then."""
    _go_on(context, Advance(context.engine, Vault(context.settings.keys()), import_id))


@job("transfer.check")
def run_check(context: JobContext, import_id: str) -> None:
    """Say of each row what would become of it."""
    _go_on(context, Advance(context.engine, Vault(context.settings.keys()), import_id, checking=True))


def _go_on(context: JobContext, advance: "Advance") -> None:
    while advance():
        context.check_stop()


@dataclass
class Advance:
    """Calling it takes in, or checks, some batches more; False when there was nothing left to do.

    What is the same for all batches is kept in between, as long as the workspace's configuration and the member's
    rights stay the same. A check remembers which rows would make which records: it starts with the first one.
    """

    engine: Engine
    vault: Vault
    import_id: str
    checking: bool = False
    _known: Known = field(default_factory=Known)
    _seen: dict[int, int] = field(default_factory=dict)
    _made_for: Viewer | None = None
    _decider: Decider | None = None
    _begun: bool = False

    def __call__(self) -> bool:
        with transaction(self.engine) as session:
            taken = session.get_one(Import, self.import_id, with_for_update=True)
            if taken.state != ("checking" if self.checking else "running"):
                return False
            try:
                return self._some(session, taken, viewer_by_id(session, taken.member_id))
            except NotSignedIn:
                _fail(session, taken, "Who asked for this is no longer a member.")
            except SidenoteError as error:
                session.rollback()
                _fail(session, session.get_one(Import, self.import_id), error.message)
            return False

    def _some(self, session: Session, taken: Import, viewer: Viewer) -> bool:
        plan_afresh(session)
        if self.checking and not self._begun:
            forget_checks(session, taken)
        self._begun = True
        batches = self._waiting(session)
        if not batches:
            _finish(session, taken, "checked" if self.checking else "done")
            return False
        folder = folder_seen(session, viewer=viewer, folder_id=taken.folder_id)
        decider = self._ready(session, taken, viewer, folder)
        rows = [row for batch in batches for row in rows_in(batch)]
        leave_out_erased(session, vault=self.vault, workspace_id=taken.workspace_id, rows=rows)
        policy = decider.plan.duplicates or folder.duplicates.get(IMPORT, "warn")
        if self.checking:
            verdicts = decide(session, decider=decider, rows=rows, policy=policy).verdicts
        else:
            _hold_folder(session, folder)
            decider = self._with_choices(session, taken, viewer, decider, rows)
            verdicts = take_in(session, decider=decider, rows=rows, batch=taken.id, policy=policy)
        self._note(session, taken, batches, verdicts)
        return True

    def _note(self, session: Session, taken: Import, batches: Sequence[ImportBatch], verdicts: list[Verdict]) -> None:
        count(taken, verdicts)
        told = iter(verdicts)
        for batch in batches:
            mine = [next(told).as_json() for _ in batch.rows]
            if self.checking:
                batch.verdicts, batch.state = mine, "checked"
            else:
                batch.outcomes, batch.state = mine, "done"
            session.add(batch)
        session.add(taken)

    def _waiting(self, session: Session) -> Sequence[ImportBatch]:
        states = ("waiting",) if self.checking else ("waiting", "checked")
        here = select(ImportBatch).where(
            col(ImportBatch.import_id) == self.import_id, col(ImportBatch.state).in_(states)
        )
        return session.scalars(here.order_by(col(ImportBatch.number)).limit(AT_ONCE)).all()

    def _ready(self, session: Session, taken: Import, viewer: Viewer, folder: Folder) -> Decider:
        """A decider for this transaction: the one of the last, unless something has changed."""
        if self._decider is None or viewer != self._made_for:
            plan = Plan.model_validate(taken.plan)
            if not self.checking:
                plan = make_fields(session, viewer=viewer, taken=taken, plan=plan)
            self._decider = self._new(session, viewer, folder, plan)
            self._made_for = viewer_by_id(session, viewer.member_id)
        return self._decider

    def _new(self, session: Session, viewer: Viewer, folder: Folder, plan: Plan) -> Decider:
        schema = schema_of(session, folder=folder, viewer=viewer)
        return Decider(
            plan=plan,
            schema=schema,
            whole=schema_of(session, folder=folder),
            viewer=viewer,
            reader=RowReader(plan, schema),
            known=self._known,
            seen=self._seen if self.checking else None,
        )

    def _with_choices(
        self, session: Session, taken: Import, viewer: Viewer, decider: Decider, rows: Sequence[Staged]
    ) -> Decider:
        """The same decider; or one that knows the choices which these rows ask for and fields did not have."""
        if not decider.plan.create_options:
            return decider
        for row in rows:
            if not row.problem:
                decider.reader.read(row.cells)
        if not add_choices(session, viewer=viewer, folder_id=taken.folder_id, wanted=decider.reader.new_options):
            return decider
        folder = folder_seen(session, viewer=viewer, folder_id=taken.folder_id)
        self._decider = self._new(session, viewer, folder, decider.plan)
        self._made_for = viewer_by_id(session, viewer.member_id)
        return self._decider


def _hold_folder(session: Session, folder: Folder) -> None:
    """Of imports into one folder, and of what makes contacts of strangers, one at a time looks and creates."""
    hold(session, f"import:{folder.id}")
    if folder.kind == "contact":
        hold(session, contacts_lock(folder.workspace_id))


def _finish(session: Session, taken: Import, state: str) -> None:
    taken.state, taken.finished_at = state, utcnow()
    session.add(taken)
    emit(
        session,
        "import.checked" if state == "checked" else "import.finished",
        workspace_id=taken.workspace_id,
        subject_id=taken.id,
        actor_id=taken.member_id,
        data={"created": taken.created, "updated": taken.updated, "skipped": taken.skipped, "failed": taken.failed},
    )


def _fail(session: Session, taken: Import, problem: str) -> None:
    taken.state, taken.problem, taken.finished_at = "failed", problem, utcnow()
    session.add(taken)
