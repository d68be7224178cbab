"""Formulas: one small, typed, safe expression language over the fields of a record.

`if(stage = "Won", amount, 0)`, `company.industry & " / " & name`, `days_between(created_at, today())`. People name
fields by key or by name in braces, `{Annual revenue}`; what is stored has keys, so that renaming breaks nothing.
A formula is parsed (`tree`), checked (`checking`, against the names that `references` knows) and evaluated
(`evaluation`) without ever touching Python's own `eval`. The language for people is in docs/formulas.md.
"""

from app.records.formulas.checking import asks_the_time, check, references_in
from app.records.formulas.evaluation import evaluate
from app.records.formulas.functions import FUNCTIONS
from app.records.formulas.references import Names, names_for, shown, understood, with_stage_renamed
from app.records.formulas.tokens import FormulaError
from app.records.formulas.tree import parse
from app.records.formulas.types import Type, Value
from app.records.formulas.values import from_stored, to_stored, type_in_formulas

__all__ = [
    "FUNCTIONS",
    "FormulaError",
    "Names",
    "Type",
    "Value",
    "asks_the_time",
    "check",
    "evaluate",
    "from_stored",
    "names_for",
    "parse",
    "references_in",
    "shown",
    "to_stored",
    "type_in_formulas",
    "understood",
    "with_stage_renamed",
]
