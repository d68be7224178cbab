"""Python's garbage collector, tuned for a long-lived server."""

import gc

YOUNG_OBJECTS = 50_000


def settle() -> None:
    """Call once everything is imported and built: what lives as long as the process is never looked at again.

    The default looks after every 700 new objects, which a batch of mail makes in a millisecond; measured on an import,
    this saves about 5 % of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
