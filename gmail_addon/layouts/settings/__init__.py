"""Settings: mailboxes, what is never logged, language, and what the cards show."""
