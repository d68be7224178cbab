"""What the columns of a file mean for a folder, and the values that its rows hold."""

from app.transfer.mapping.plan import Column, Format, Link, Match, NewField, Plan
from app.transfer.mapping.proposing import propose_plan
from app.transfer.mapping.rows import Problem, Row, RowReader

__all__ = ["Column", "Format", "Link", "Match", "NewField", "Plan", "Problem", "Row", "RowReader", "propose_plan"]
