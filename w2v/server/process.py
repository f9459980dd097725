"""Listening, and worker processes: the only module that imports uvicorn.

workers = 1     this process answers
workers > 1     each worker maps the same file: its pages are in memory once; a worker that dies is replaced
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

from w2v import formats
from w2v.annotations import checked
from w2v.errors import ConfigError, ServerError, W2VError
from w2v.extras import library
from w2v.machine import processors
from w2v.server.application import application
from w2v.server.settings import ServerSettings
from w2v.vectors import KeyedVectors

BACKLOG = 2048
"""Connections that wait to be accepted."""
GRACE = 10.0
"""Seconds that a worker has to finish its requests."""


def check_installed() -> None:
    """Raise MissingExtraError unless what a server needs is installed: before minutes of other work."""
    library("uvicorn", "serve", "serve vectors")


@checked
def serve(
    settings: ServerSettings,
    ready: Callable[[str], None] = print,
    *,
    vectors: KeyedVectors | None = None,
    listening: socket.socket | None = None,
) -> None:
    """Answer requests until the process is interrupted (Ctrl-C, SIGTERM); requests that have begun are finished.

    Parameters
    ----------
    settings : ServerSettings
    ready : callable
        Gets the address, such as ``http://127.0.0.1:8000``, once the vectors are loaded and the port is bound.
    vectors : KeyedVectors, optional
        Those of the file in the settings, if they are loaded already and there is one worker.
    listening : socket, optional
        What `bind` returned for these settings.

    Raises
    ------
    MissingExtraError
        If uvicorn or Starlette is not installed.
    ConfigError
        If the address cannot be used.
    FormatError, OSError
        If the file cannot be read.
    """
    check_installed()
    app = load(settings, vectors)  # also with several workers: an error is reported once, before anything listens
    with bind(settings) if listening is None else listening as bound:
        try:
            bound.listen(BACKLOG)
        except OSError as problem:  # taken by another process in the meantime
            raise _not_free(settings, problem) from None
        ready(_address(bound))
        with suppress(KeyboardInterrupt):
            if settings.workers == 1:
                _answer(app, bound)
            else:
                del app
                _supervise(settings, bound)


def _answer(app: Any, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", ws="none", server_header=False, proxy_headers=False
    )
    uvicorn.Server(config).run(sockets=[listening])


def _work(settings: ServerSettings, listening: socket.socket) -> None:
    """Answer requests in a worker process, until it is told to stop or the first process is gone."""
    Thread(target=_follow_parent, daemon=True).start()
    try:
        _answer(load(settings), listening)
    except KeyboardInterrupt:
        pass
    except (W2VError, OSError) as problem:
        sys.exit(f"w2v: {problem}")


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        signal.raise_signal(signal.SIGTERM)


def _supervise(settings: ServerSettings, listening: socket.socket) -> None:
    """Run the workers, and replace those that die."""
    context = get_context("spawn")  # a fork would copy the BLAS's threads half

    def start() -> BaseProcess:
        worker = context.Process(target=_work, args=(settings, listening), daemon=True)
        worker.start()
        return worker

    workers = [start() for _ in range(settings.workers)]
    try:
        while True:
            wait([worker.sentinel for worker in workers])
            dead = next(worker for worker in workers if wait([worker.sentinel], 0))
            dead.join()
            if dead.exitcode and dead.exitcode > 0:  # not killed, but could not go on; the next could not either
                raise ServerError(f"cannot serve {settings.model}: a worker ended with exit code {dead.exitcode}")
            workers = [start() if worker is dead else worker for worker in workers]
    finally:
        for worker in workers:
            worker.terminate()  # SIGTERM: requests that have begun are finished
        for worker in workers:
            worker.join(GRACE)
            worker.kill()


def load(settings: ServerSettings, vectors: KeyedVectors | None = None) -> Any:
    """Return the application for the file in the settings, in a worker with its share of the processors."""
    _share_processors(settings.workers)
    if vectors is None:
        mmap = "r" if formats.is_native(settings.model) else None
        vectors = KeyedVectors.load(settings.model, mmap=mmap, strict=not settings.lenient)
    return application(vectors, settings)


def _share_processors(workers: int) -> None:
    """Let each worker's matrix products use its share of the processors, if threadpoolctl can tell the BLAS."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return
    threadpool_limits(max(1, processors() // workers))


def bind(settings: ServerSettings) -> socket.socket:
    """Return a socket that listens at the address of the settings; requests wait until they are answered.

    Raises
    ------
    ConfigError
        If the address cannot be used.
    """
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as problem:
        raise ConfigError(
            f"host must be the name or address of this machine: got {settings.host!r} ({problem})"
        ) from None
    try:
        if os.name == "posix":  # a server that was stopped a moment ago may be started again at the same port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()  # from now on, nobody else can take the port
    except OSError as problem:
        listening.close()
        raise _not_free(settings, problem) from None
    listening.set_inheritable(True)
    return listening


def _not_free(settings: ServerSettings, problem: OSError) -> ConfigError:
    return ConfigError(
        f"host and port must be free for use: got {settings.host} and {settings.port} ({problem.strerror}); "
        "choose another port, or 0 for a free one"
    )


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
