"""Turns: requests are answered one after another, and those of one kind that wait for their turn are answered together.

Matrix products are divided among threads already: several at once wait for each other more than they compute (8 clients,
100,000 words, 2 processors: minutes of CPU for what takes seconds). Together, 8 queries take 3 times as long as one, since
the vectors are read from memory only once; their answers are the same as alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from w2v.server.answers import Answer
from w2v.server.operations import Operation
from w2v.server.requests import Request
from w2v.server.settings import MAX_QUERIES
from w2v.vectors import KeyedVectors

T = TypeVar("T")


@dataclass
class _Group:
    """Queries of one operation with equal options that wait for the same turn."""

    queries: list[Any] = field(default_factory=list)
    answers: list[Answer] | None = None
    answered: anyio.Event = field(default_factory=anyio.Event)


class Turns:
    """The order in which the requests of an application are answered."""

    def __init__(self) -> None:
        self._turn = anyio.Lock()
        self._waiting: dict[tuple[Any, ...], _Group] = {}

    async def compute(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return ``work(*arguments)``, computed in another thread when it is its turn."""
        async with self._turn:
            return await anyio.to_thread.run_sync(work, *arguments)

    async def answer(self, operation: Operation, vectors: KeyedVectors, request: Request) -> Answer:
        """Return the answer of a request of one query."""
        kind = operation.name, request.k, request.method
        group = self._waiting.get(kind)
        if group is None or len(group.queries) == MAX_QUERIES:
            group = self._waiting[kind] = _Group()
        place = len(group.queries)
        group.queries += request.queries
        if place == 0:
            await self._answer_group(operation, vectors, request, group)
        else:
            await group.answered.wait()
        if group.answers is None:  # the request that the others waited for was cancelled, or has failed
            return await self.answer(operation, vectors, request)
        return group.answers[place]

    async def _answer_group(self, operation: Operation, vectors: KeyedVectors, request: Request, group: _Group) -> None:
        kind = operation.name, request.k, request.method
        try:
            async with self._turn:
                if self._waiting.get(kind) is group:  # whoever comes from here on waits for the next turn
                    del self._waiting[kind]
                together = replace(request, queries=tuple(group.queries))
                group.answers = list(await anyio.to_thread.run_sync(operation.answers, vectors, together))
        finally:
            if self._waiting.get(kind) is group:
                del self._waiting[kind]
            group.answered.set()
