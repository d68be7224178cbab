"""Rows of the store as lines of text: the same text for the same row, whatever the database.

Backups of a whole database and archives of one workspace are made of them, and so is the digest that tells whether two
databases hold the same.
"""
