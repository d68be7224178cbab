"""Search over records: `find_records` for the search box, `matches` for filters; `index` keeps the words.

A record is found by the words of its name, addresses, phone numbers, domains, numbers, tags and texts: each word is a
row of `search_word` with its field, so that nobody finds anything by a field that is hidden from them. A query's words
may be unfinished: they are looked up as ranges of an index, the rarest first, and slips in names by `spelling`.
"""
