"""METEOR, the integrated emergency system of Kota Probolinggo."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = gc.get_threshold()
gc.set_threshold(50_000, 20, 20)
"""Reading the code makes objects that stay; to look through them over and over took a fifth of each start."""


def leave_out_of_collections() -> None:
    """Leave what is loaded out of garbage collections, which come as usual from now on.

    To walk through all of it took 0.15 s each time, within a press or an event of a panel.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL)


@contextmanager
def collecting_later() -> Iterator[None]:
    """Put garbage collections off until the end: one takes up to 45 ms, in which others wait to write.

    Only one thread of a process may use it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
