"""Parsed mail into the store: filtered, deduplicated, threaded, linked, with one recorded outcome per message id."""

from sync.ingest.joining import join_threads
from sync.ingest.outcomes import record_failed, record_filtered, record_gone, update_labels
from sync.ingest.store import store

__all__ = ["join_threads", "record_failed", "record_filtered", "record_gone", "store", "update_labels"]
