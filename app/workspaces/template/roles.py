"""The roles of a new workspace. An admin may change them all but Admin."""

from dataclasses import dataclass, field
from typing import Any

from app.workspaces.rights import POWERS, RIGHTS


@dataclass(frozen=True, slots=True)
class RolePlan:
    """`scopes` are those of create, read, edit, delete, export and mail, in this order."""

    name: str
    scopes: str
    powers: list[str] = field(default_factory=list)
    is_admin: bool = False
    is_default: bool = False

    def columns(self) -> dict[str, Any]:
        rights = dict(zip(RIGHTS, self.scopes.split(), strict=True))
        marks = {"is_admin": self.is_admin, "is_default": self.is_default}
        return {"name": self.name, "rights": rights, "powers": self.powers, **marks}


ROLES = (
    RolePlan("Admin", "all all all all all all", list(POWERS), is_admin=True),
    RolePlan("Manager", "all territory team team team team", ["views", "reports"]),
    RolePlan("Rep", "all territory own none none all", ["reports"], is_default=True),
    RolePlan("Marketing", "none none none none none none", ["reports"]),
    RolePlan("Support", "none none none none none team", ["reports"]),
    RolePlan("Read-only", "none all none none none none", ["reports"]),
    RolePlan("Billing", "none none none none none none", ["members"]),
)

_READ = {"read": "all"}
GRANTS = (
    # role, kind of folder, rights
    ("Manager", "product", _READ),
    ("Rep", "product", _READ),
    ("Marketing", "lead", {"create": "all", "read": "all", "edit": "all", "export": "all"}),
    ("Marketing", "contact", {"read": "all", "export": "all"}),
    ("Marketing", "company", _READ),
    ("Support", "ticket", {"create": "all", "read": "all", "edit": "all", "mail": "all"}),
    ("Support", "contact", _READ),
    ("Support", "company", _READ),
)
