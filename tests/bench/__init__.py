"""`make bench`: how fast, in numbers, on data that is the same at every run."""
