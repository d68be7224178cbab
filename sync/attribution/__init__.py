"""Which deal a thread is about, and whose turn it is to write."""
