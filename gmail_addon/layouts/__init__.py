"""One module per card that a person sees; `places` finds the one to draw."""
