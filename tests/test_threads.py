"""Signals that wait until a block is done."""

import os
import signal
import threading

import pytest

from w2v.training.threads import deferred_signals


def test_the_block_is_finished_first():
    stopped, done = [], []

    def block():
        with deferred_signals(lambda: stopped.append(1)):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        block()
    assert (len(stopped), done) == (2, [1])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_users_own_handler_is_called_and_an_ignored_signal_stays_ignored():
    calls = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: calls.append(number))
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with deferred_signals(lambda: calls.append("stop")):
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            assert calls == ["stop"]
        assert calls == ["stop", signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, ignored)


def test_an_error_comes_through():
    with pytest.raises(ZeroDivisionError), deferred_signals(lambda: None):
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_are_left_alone():
    seen = []

    def work():
        with deferred_signals(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
