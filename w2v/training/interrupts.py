"""Ctrl-C at a moment of our choosing.

A KeyboardInterrupt can be raised between any two instructions, also inside ``Thread.join``, which then takes a running
thread for a finished one (CPython 3.11). While threads write the matrices, signals are therefore only noted.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deferred(stop: Callable[[], object]) -> Iterator[None]:
    """Run a block without interruption: SIGINT and SIGTERM call ``stop``, and what they do is done after the block.

    In other threads than the main one, where Python delivers no signals, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        stop()

    handlers = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        handler = signal.getsignal(number)
        if callable(handler):
            handlers[int(number)] = handler
            signal.signal(number, note)
    try:
        yield
    finally:
        for known, handler in handlers.items():
            signal.signal(known, handler)
        for known in arrived[:1]:
            handlers[known](known, None)
