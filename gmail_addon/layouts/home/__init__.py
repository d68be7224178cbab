"""The homepage: my day, my pipeline, search, views, what I saw last."""
