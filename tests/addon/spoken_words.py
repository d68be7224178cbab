"""Everything that the sidebar says, found in its code: the sentences passed to `t`, and the words of the tables and of
the workspace's names that pass through it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from app.records.statistics.deals import PARTICIPANT
from app.timeline.activities import OUTCOMES
from app.timeline.entry_types import entry_types
from app.timeline.tasks.values import TYPES
from app.workspaces.template.fields import FIELDS
from app.workspaces.template.folders import FOLDERS, STAGES

ROOT = Path(__file__).parents[2]
NAMES_OF_THE_WORKSPACE = {"name", "singular", "stage", "priority", "status", "lifecycle", "kind", "label"}
"""Attributes and variables that hold them: it begins with those of the template."""
PASSED_ON = {
    "field_name",
    "entry.title",
    "str(value)",
    "group",
    "link.label.capitalize()",
    "outcome",
    "task.type",
    "value",
}
"""Such names, and words of tables, that reach `t` through a parameter or a calculation."""


@dataclass
class Module:
    """A module, and what its calls of `t` say. `unknown` are those whose words cannot be told."""

    path: Path
    said: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    @cached_property
    def tables(self) -> dict[str, Any]:
        """What the module can name, its own and imported."""
        return vars(import_module(".".join(self.path.relative_to(ROOT).with_suffix("").parts)))

    def read(self) -> "Module":
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for scope in [tree, *functions]:
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "t":
                    self._hear(scope, call.args[0], in_a_function=scope is not tree)
        return self

    def _hear(self, scope: ast.AST, said: ast.expr, *, in_a_function: bool) -> None:
        words = list(self._words(scope, said))
        self.said.update(words)
        if in_a_function and not words and not _is_a_name(said):
            self.unknown.append(f"{self.path.name}:{said.lineno}: t({ast.unparse(said)})")

    def _words(self, scope: ast.AST, said: ast.expr) -> Iterator[str]:
        match said:
            case ast.Constant(value=str(sentence)):
                yield sentence
            case ast.IfExp(body=one, orelse=other):
                yield from self._words(scope, one)
                yield from self._words(scope, other)
            case ast.Subscript(value=ast.Name(id=table)):
                yield from _texts(self.tables.get(table))
            case ast.Name(id=name):
                yield from self._looped(scope, name)

    def _looped(self, scope: ast.AST, name: str) -> Iterator[str]:
        """The words of the table that a loop takes `name` from."""
        for node in ast.walk(scope):
            if isinstance(node, ast.For | ast.comprehension):
                taken = [each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)]
                table = next((each.id for each in ast.walk(node.iter) if isinstance(each, ast.Name)), "")
                if name in taken:
                    yield from _texts(self.tables.get(table))


def _is_a_name(said: ast.expr) -> bool:
    match said:
        case ast.BoolOp(values=values):
            return all(isinstance(value, ast.Constant) or _is_a_name(value) for value in values)
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in NAMES_OF_THE_WORKSPACE:
            return True
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name in NAMES_OF_THE_WORKSPACE:
            return True
    return ast.unparse(said) in PASSED_ON


def _texts(table: object) -> Iterator[str]:
    """The strings of a table: of a dict those of its values."""
    if isinstance(table, Mapping):
        for value in table.values():
            yield from _texts(value)
    elif isinstance(table, tuple | list):
        for value in table:
            yield from _texts(value)
    elif isinstance(table, str):
        yield table


def modules() -> list[Module]:
    files = sorted((ROOT / "gmail_addon").rglob("*.py"))
    return [Module(path).read() for path in files]


def template_words() -> set[str]:
    """The names that a new workspace begins with: of folders, stages, fields and their choices, types and links."""
    words = {word for folder in FOLDERS for word in folder} | {stage.name for stage in STAGES} | {"custom", "record"}
    words |= {word for kind in entry_types() for word in (kind.label, kind.locked)} | {PARTICIPANT.capitalize()}
    words |= {*TYPES, *(outcome for outcomes in OUTCOMES.values() for outcome in outcomes)}
    for plan in [plan for plans in FIELDS.values() for plan in plans]:
        words |= {plan.name, plan.group} - {""}
        words |= {choice["label"] for choice in plan.options.get("choices", ())}
    return words
