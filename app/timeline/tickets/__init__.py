"""Tickets: how soon they are to be answered and solved, and whether they are."""
