"""The one filter language: what views, segments, rules and callers of the API select records by.

A filter is a JSON tree of `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}` and conditions:

    {"field": "amount", "op": "at_least", "value": 100000}            a field (money in minor units); see OPERATORS
    {"field": "owner", "op": "is", "value": "me"}                     `me` is whoever looks
    {"field": "close_on", "op": "within", "value": "this_month"}      or "today", {"next": 30, "unit": "days"}, …
    {"field": "company.industry", "op": "is", "value": "Software"}    a field of a related record
    {"field": "address.city", "op": "is", "value": "Berlin"}          a part of an address
    {"related": "deal.company", "op": "count_at_least", "value": 1, "filter": {...}}
    {"behaviour": "email_out", "op": "not_within", "days": 30}        what happened; see BEHAVIOURS
    {"text": "dana quar"}                                             all words in the record, perhaps unfinished

An empty object matches everything. `compile_filter` turns a tree into one SQL condition that is never unknown, so that
`not` is the exact opposite. What that means for values that are empty:

    is, is_any_of, contains, greater_than, within, …          never match an empty value
    is_not, is_none_of, not_contains, not_within              are the opposites, so they match an empty value
    is_empty, is_not_empty                                    ask for just that
    a flag that was never set                                 is false
    a list (tags, addresses, related records)                 matches when one of its items does
    a field of a related record                               matches when one does that the viewer may see
"""

from app.records.filters.behaviours import BEHAVIOURS, Happening, behaviour
from app.records.filters.compiler import compile_filter
from app.records.filters.operators import OPERATORS, Operator, operators_of
from app.records.filters.tree import conditions_of, keys_used, mentions

__all__ = [
    "BEHAVIOURS",
    "OPERATORS",
    "Happening",
    "Operator",
    "behaviour",
    "compile_filter",
    "conditions_of",
    "keys_used",
    "mentions",
    "operators_of",
]
