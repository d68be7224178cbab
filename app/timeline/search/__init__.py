"""Search over everything: `box.search` is the search box, over records and the text of their timelines.

`texts` holds the full-text index, `indexing` fills it, `finding` asks it on behalf of a viewer.
"""
