"""Folders and their fields as the REST API gives and takes them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body
from app.records.duplicates.policy import whole_policy
from app.records.fields import TYPES
from app.records.fieldwork import TypeChange, options_known
from app.workspaces.access import Viewer
from models import FieldDef, Folder

FIELD_ID = "01jd3x9f6e8m2k4q7r0s5t1vwf"
OPTIONS = {"choices": [{"value": "gold", "label": "Gold", "color": "#d4af37"}, {"value": "basic", "label": "Basic"}]}
TYPE = "One of " + ", ".join(f"`{name}`" for name in TYPES) + "."
UNIQUE = "`warn` tells of another record with the value, `forbid` refuses it; empty: neither."

POLICY = "What a likely duplicate meets, by where it comes from: `off`, `warn` or `block`."
Source = Literal["card", "page", "api", "import", "form", "sync"]
Mode = Literal["off", "warn", "block"]


class FolderOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    kind: str = Field(examples=["custom"], description="What behaviour its records have.")
    name: str = Field(examples=["Partners"])
    singular: str = Field(examples=["Partner"])
    position: int = Field(examples=[7])
    duplicates: dict[str, str] = Field(examples=[{"api": "block", "card": "warn"}], description=POLICY)
    archived_at: datetime | None = Field(default=None, examples=[None])


class NewFolder(Body):
    """A folder with the fields of its kind; `custom` ones start with a name and an owner."""

    name: str = Field(examples=["Partners"])
    singular: str | None = Field(default=None, examples=["Partner"])
    kind: str = Field(default="custom", examples=["custom"])


class FolderEdit(Body):
    """What is left out stays."""

    name: str = Field(default="", examples=["Opportunities"])
    singular: str = Field(default="", examples=["Opportunity"])
    duplicates: dict[Source, Mode] = Field(
        default_factory=dict, examples=[{"api": "block"}], description=POLICY + " Sources left out stay."
    )


class Order(Body):
    """All of them, in the order that they are to have."""

    order: list[str] = Field(max_length=1_000, examples=[[EXAMPLE_ID, "01jd3x9f6e8m2k4q7r0s5t1vwy"]])


class FieldOut(BaseModel):
    """A field of a folder. `fixed` ones belong to the folder's kind, `computed` ones Sidenote writes."""

    id: str = Field(examples=[FIELD_ID])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    key: str = Field(examples=["level"], description="What values, filters and formulas name it by; never changes.")
    name: str = Field(examples=["Level"])
    type: str = Field(examples=["dropdown"], description=TYPE)
    required: bool = Field(examples=[False])
    unique: str = Field(examples=[""], description=UNIQUE)
    default: Any = Field(default=None, examples=["Basic"])
    help: str = Field(examples=["What they pay for"])
    group: str = Field(examples=["Contract"])
    fixed: bool = Field(examples=[False])
    computed: bool = Field(examples=[False])
    read_only: bool = Field(default=False, examples=[False], description="The caller's roles may not change values.")
    options: dict[str, Any] = Field(examples=[OPTIONS])
    position: int = Field(examples=[4])
    archived_at: datetime | None = Field(default=None, examples=[None])


class NewFieldIn(Body):
    """A field after the others. `options` are those of its type.

    For `records`, `options.inverse_name` also makes the field on the other folder that shows the same links.
    """

    name: str = Field(examples=["Level"])
    type: str = Field(examples=["dropdown"], description=TYPE)
    options: dict[str, Any] = Field(default_factory=dict, examples=[OPTIONS])
    required: bool = Field(default=False, examples=[False])
    unique: str = Field(default="", examples=[""], description=UNIQUE)
    default: Any = Field(default=None, examples=["Basic"])
    help: str = Field(default="", examples=["What they pay for"])
    group: str = Field(default="", examples=["Contract"])


class FieldEdit(Body):
    """What is left out stays; so do options that are not named."""

    name: str = Field(default="", examples=["Service level"])
    help: str = Field(default="", examples=["What they pay for"])
    group: str = Field(default="", examples=["Contract"])
    required: bool = Field(default=False, examples=[True])
    unique: str = Field(default="", examples=[""], description=UNIQUE)
    default: Any = Field(default=None, examples=["Gold"])
    options: dict[str, Any] = Field(default_factory=dict, examples=[OPTIONS])


class NewTypeChange(Body):
    """Another type, or stricter options. Nothing changes unless `dry_run` is false."""

    type: str = Field(examples=["number"], description=TYPE)
    options: dict[str, Any] = Field(default_factory=dict, examples=[{"decimals": 0}])
    dry_run: bool = Field(default=True, examples=[True])


class ExampleOut(BaseModel):
    record_id: str = Field(examples=[EXAMPLE_ID])
    before: Any = Field(examples=["about 12"])
    after: Any = Field(examples=[None], description="Null where the value is lost.")


class UseOut(BaseModel):
    """A view or segment that asks for the field."""

    kind: str = Field(examples=["view"])
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Gold customers"])


class TypeChangeOut(BaseModel):
    """How many values keep their form, take another one, and are lost, of the records looked at.

    History keeps the values that are lost. `state`: `preview`, `done`, or `running` for a change of many records.
    """

    state: Literal["preview", "done", "running"] = Field(examples=["preview"])
    records: int = Field(examples=[1200])
    looked_at: int = Field(examples=[1200])
    kept: int = Field(examples=[0])
    converted: int = Field(examples=[1180])
    lost: int = Field(examples=[12])
    examples: list[ExampleOut]
    used_by: list[UseOut]


def folder_out(folder: Folder) -> FolderOut:
    plain = {name: getattr(folder, name) for name in FolderOut.model_fields if name != "duplicates"}
    return FolderOut(**plain, duplicates=whole_policy(folder))


def field_out(viewer: Viewer, field: FieldDef) -> FieldOut:
    values = {name: getattr(field, name) for name in FieldOut.model_fields if name not in ("read_only", "options")}
    read_only = field.computed or field.key in viewer.access.locked.get(field.folder_id, ())
    return FieldOut(**values, read_only=read_only, options=options_known(viewer, field))


def type_change_out(change: TypeChange) -> TypeChangeOut:
    return TypeChangeOut.model_validate(change, from_attributes=True)
