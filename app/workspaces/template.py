"""What a new workspace starts with: roles, folders with their fields, and one pipeline."""

from sqlmodel import Session

from app.core.ids import new_id
from models import FieldDef, Folder, Pipeline, Role, Stage

ROLES = (
    # name, is_admin, read, edit
    ("Admin", True, "all", "all"),
    ("Manager", False, "all", "all"),
    ("Rep", False, "territory", "own"),
    ("Read-only", False, "all", "none"),
)

FOLDERS = (
    ("company", "Companies"),
    ("contact", "Contacts"),
    ("lead", "Leads"),
    ("deal", "Deals"),
)

# key, name, type, promoted column
_PERSON = (
    ("name", "Name", "text", "name"),
    ("email", "Email", "email", None),
    ("phone", "Phone", "phone", None),
    ("title", "Job title", "text", None),
    ("company", "Company", "record", "company_id"),
    ("owner", "Owner", "user", "owner_id"),
    ("source", "Source", "text", "source"),
)
FIELDS = {
    "company": (
        ("name", "Name", "text", "name"),
        ("domain", "Domain", "domain", None),
        ("phone", "Phone", "phone", None),
        ("industry", "Industry", "text", None),
        ("owner", "Owner", "user", "owner_id"),
        ("lifecycle", "Lifecycle", "dropdown", "lifecycle"),
    ),
    "contact": (*_PERSON, ("lifecycle", "Lifecycle", "dropdown", "lifecycle")),
    "lead": (*_PERSON, ("status", "Status", "dropdown", "status"), ("score", "Score", "number", "score")),
    "deal": (
        ("name", "Name", "text", "name"),
        ("company", "Company", "record", "company_id"),
        ("stage", "Stage", "stage", "stage_id"),
        ("amount", "Amount", "currency", "amount"),
        ("close_on", "Closes on", "date", "close_on"),
        ("probability", "Probability", "percent", "probability"),
        ("owner", "Owner", "user", "owner_id"),
        ("priority", "Priority", "dropdown", "priority"),
        ("source", "Source", "text", "source"),
        ("lost_reason", "Lost reason", "text", None),
    ),
}

OPTIONS: dict[str, dict[str, object]] = {
    "company": {"kind": "company"},
    "lifecycle": {"choices": ["Lead", "MQL", "SQL", "Opportunity", "Customer", "Churned"]},
    "status": {"choices": ["New", "Contacted", "Nurture", "MQL", "SQL", "Converted", "Unqualified", "Junk"]},
    "priority": {"choices": ["Low", "Normal", "High", "Urgent"]},
}

STAGES = (
    ("Prospecting", 10, "open"),
    ("Qualification", 20, "open"),
    ("Needs assessment", 35, "open"),
    ("Proposal", 50, "open"),
    ("Negotiation", 75, "open"),
    ("Won", 100, "won"),
    ("Lost", 0, "lost"),
)


def lay_out(session: Session, workspace_id: str) -> dict[str, Role]:
    """Write the defaults of a workspace that has none; returns its roles by name."""
    roles = {name: _role(workspace_id, name, is_admin, read, edit) for name, is_admin, read, edit in ROLES}
    session.add_all(roles.values())
    for position, (kind, name) in enumerate(FOLDERS):
        folder = Folder(id=new_id(), workspace_id=workspace_id, kind=kind, name=name, position=position)
        session.add(folder)
        session.flush()
        session.add_all(_fields(folder))
        if kind == "deal":
            _add_pipeline(session, folder)
    session.flush()
    return roles


def _role(workspace_id: str, name: str, is_admin: bool, read: str, edit: str) -> Role:
    return Role(id=new_id(), workspace_id=workspace_id, name=name, is_admin=is_admin, read_scope=read, edit_scope=edit)


def _fields(folder: Folder) -> list[FieldDef]:
    return [
        FieldDef(
            id=new_id(),
            workspace_id=folder.workspace_id,
            folder_id=folder.id,
            key=key,
            name=name,
            type=type,
            column=column,
            required=key == "name",
            options=OPTIONS.get(key, {}),
            position=position,
        )
        for position, (key, name, type, column) in enumerate(FIELDS[folder.kind])
    ]


def _add_pipeline(session: Session, folder: Folder) -> None:
    pipeline = Pipeline(id=new_id(), workspace_id=folder.workspace_id, folder_id=folder.id, name="Sales", position=0)
    session.add(pipeline)
    session.flush()
    for position, (name, probability, outcome) in enumerate(STAGES):
        session.add(
            Stage(
                id=new_id(),
                workspace_id=folder.workspace_id,
                pipeline_id=pipeline.id,
                name=name,
                position=position,
                probability=probability,
                outcome=outcome,
            )
        )
