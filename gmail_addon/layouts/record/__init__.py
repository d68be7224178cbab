"""The card of a record: its sections, and the cards that open from them."""
