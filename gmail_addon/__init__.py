"""The Gmail add-on: Google calls these HTTP endpoints and draws the cards they answer with."""
