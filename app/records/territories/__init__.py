"""Territories: accounts that belong together, placed by rules over company fields or by hand."""
