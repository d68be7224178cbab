"""Groups of records that are all one, made of pairs."""

from collections import defaultdict
from collections.abc import Iterable

from app.records.duplicates.pair import Pair

SHARE_OF_LINKS = 0.5
"""Of the pairs that two groups could make between them, so many have to be found before they become one."""


def clusters_of(pairs: Iterable[Pair]) -> list[list[str]]:
    """Ids of records that belong together, largest group first, each in order.

    Groups grow along the likeliest pairs. A chain, in which everybody is only like the next one, does not become a
    group: two of them are joined where at least half of the pairs between them were found.
    """
    pairs = sorted(pairs, key=lambda pair: (-pair.score, pair.first_id, pair.second_id))
    links: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        links[pair.first_id].add(pair.second_id)
        links[pair.second_id].add(pair.first_id)
    group = {record_id: [record_id] for record_id in links}
    for pair in pairs:
        one, other = group[pair.first_id], group[pair.second_id]
        if one is not other and _belong(one, other, links):
            small, large = sorted((one, other), key=len)
            large += small
            group.update(dict.fromkeys(small, large))
    found = {id(members): sorted(members) for members in group.values() if len(members) > 1}
    return sorted(found.values(), key=lambda members: (-len(members), members))


def _belong(one: list[str], other: list[str], links: dict[str, set[str]]) -> bool:
    found = sum(len(links[record_id].intersection(other)) for record_id in one)
    return found >= SHARE_OF_LINKS * len(one) * len(other)
