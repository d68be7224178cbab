"""Quotes: `lines` of a draft, `totals` as the law wants them, `versions` that were sent, `answers` of customers.

`document` is what a customer is shown; `html` and `pdf` draw it.
"""
