"""Training threads, and the handling of Ctrl-C while they run.

A KeyboardInterrupt can be raised between any two instructions, even inside ``Thread.join``, which then mistakes a running
thread for a finished one (CPython 3.11). While threads write the matrices, signals are therefore only recorded.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

TICK = 0.05
"""Seconds between two updates of the progress bar and checks of the clock."""


class Work(Protocol):
    """The interface of work that threads share; the compiled engine has it, for one range of chunks."""

    def work(self) -> None:
        """Do one thread's part; return when nothing is left, or after `stop`."""

    def stop(self) -> None:
        """Ask every thread to finish its chunk and return."""


def run_threads(
    work: Work, number: int, tick: Callable[[], object], finished: Callable[[], object] = lambda: None
) -> None:
    """Run ``work.work()`` in several threads and return when all of them have.

    Parameters
    ----------
    work : Work
    number : int
        Number of threads.
    tick : callable
        Called every `TICK` seconds while they run; if it raises, all threads are stopped first.
    finished : callable
        Called when all threads have returned, before a recorded signal is delivered, so that the caller can update its
        state to the threads' last chunk, regardless of what the signal handler does.

    Raises
    ------
    BaseException
        The first exception that a thread, or ``tick``, raised.
    KeyboardInterrupt
        On Ctrl-C, after all threads have finished their chunk.
    """
    problems: list[BaseException] = []
    events = [threading.Event() for _ in range(number)]

    def run(done: threading.Event) -> None:
        try:
            work.work()
        except BaseException as problem:
            problems.append(problem)
            work.stop()
        finally:
            done.set()

    started = 0
    with deferred_signals(work.stop):
        try:
            for i, done in enumerate(events):
                threading.Thread(target=run, args=(done,), name=f"w2v-{i}", daemon=True).start()
                started += 1
            for done in events:
                while not done.wait(TICK):
                    tick()
        finally:
            work.stop()
            for done in events[:started]:
                done.wait()
            finished()
    if problems:
        raise problems[0]


@contextmanager
def deferred_signals(stop: Callable[[], object]) -> Iterator[None]:
    """Run a block without interruption: SIGINT and SIGTERM call ``stop``, and are delivered after the block.

    Does nothing outside the main thread, because Python delivers signals only there.
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
