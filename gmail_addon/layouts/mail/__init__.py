"""What stands beside an open email: who takes part in it, whether it is logged, which deal it is about."""
