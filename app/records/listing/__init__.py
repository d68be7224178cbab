"""Lists of a folder's records: filtered, sorted, paged, counted and grouped, as far as the viewer may see them."""

from app.records.listing.columns import columns_of, related_values
from app.records.listing.grouping import Group, group_records
from app.records.listing.matching import matching
from app.records.listing.page import MAX_PAGE, Count, Listing, count_records, list_records, walk_records
from app.records.listing.sorting import sort_keys

__all__ = [
    "MAX_PAGE",
    "Count",
    "Group",
    "Listing",
    "columns_of",
    "count_records",
    "group_records",
    "list_records",
    "matching",
    "related_values",
    "sort_keys",
    "walk_records",
]
