"""What is held about one person: all of it as files for them, or nothing of it any more."""
