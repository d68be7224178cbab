"""Gmail in, timeline out: the mail synchronisation and, for tests and demos, a local Gmail."""
