"""How rare the values of a row are: the rarer one is, the more it says when two records share it."""

from collections.abc import Sequence
from math import log2

from app.records.duplicates.levels import BY_FREQUENCY
from app.records.duplicates.model import Model
from app.records.duplicates.traits import Trait
from app.records.duplicates.values import Row, column


def with_frequencies(traits: Sequence[Trait], model: Model, row: Row) -> Row:
    """The row and, in bits, the share of records with its values: `f<place>`; of a list, that of its commonest one."""
    found = {name: value for name, value in row.items() if value}
    for place, trait in enumerate(traits):
        value = found.get(column(place))
        if value is not None and trait.sort in BY_FREQUENCY:
            weights = model.of(trait)
            shares = (weights.common.get(one, weights.rest) for one in (value if trait.is_list else [value]))
            found[f"f{place}"] = log2(max(shares))
    return found
