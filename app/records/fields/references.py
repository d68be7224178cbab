"""Members, records and stages by their ids. The service checks that they exist and may be seen."""

from collections.abc import Mapping
from typing import Any

from app.core.errors import InvalidInput
from app.records.fields.base import FieldType
from app.records.fields.formats import Formats
from app.records.fields.refusals import refusal
from models import FieldDef

ID_LENGTH = 26
MAX_MEMBERS = 50
MAX_LABEL = 100


class User(FieldType):
    name, label, family, card = "user", "User", "member", "dropdown"
    columns = frozenset({"owner_id"})

    def parse(self, field: FieldDef, value: Any) -> str:
        return reference(field, value)

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return formats.name(value)


class Users(FieldType):
    name, label, family, sql, card = "users", "Users", "members", "json", "multiselect"

    def parse(self, field: FieldDef, value: Any) -> list[str]:
        items = value if isinstance(value, list) else str(value).split(",")
        if len(items) > MAX_MEMBERS:
            raise self.refuse(field, f"at most {MAX_MEMBERS} people, please.")
        return list(dict.fromkeys(reference(field, item.strip() if isinstance(item, str) else item) for item in items))

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return ", ".join(filter(None, map(formats.name, value)))

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return ",".join(value)


class RecordReference(User):
    """One record of the option `kind`, or of the option `folder` (an id)."""

    name, label, family, card = "record", "Related record", "record", "record"
    columns = frozenset({"company_id"})
    option_names = frozenset({"kind", "folder"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        if not options.get("kind") and not options.get("folder"):
            raise InvalidInput("kind, folder: say which records this field leads to.", field="options")
        return dict(options)


class RecordReferences(RecordReference):
    """Records linked under the option `label`; with `inverse`, seen from their side. Kept in `record_link`."""

    name, label, family, sql, card = "records", "Related records", "records", "json", "records"
    columns = frozenset()
    option_names = frozenset({"kind", "folder", "label", "inverse"})

    def parse(self, field: FieldDef, value: Any) -> Any:
        return Users.parse(self, field, value)  # type: ignore[arg-type]

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return ", ".join(filter(None, map(formats.name, value)))

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return ",".join(value)

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        label = str(options.get("label", "")).strip()
        if not label or len(label) > MAX_LABEL:
            raise InvalidInput(
                f"label: say in up to {MAX_LABEL} characters how the records are related.", field="options"
            )
        return {**super().check_options(options), "label": label, "inverse": bool(options.get("inverse", False))}


class Stage(User):
    """A stage of a pipeline. A deal's own is changed by moving the deal."""

    name, label, family, card = "stage", "Stage", "stage", "dropdown"
    columns = frozenset({"stage_id"})


def reference(field: FieldDef, value: Any) -> str:
    if not (isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= ID_LENGTH):
        raise refusal("from_the_list", field)
    return value
