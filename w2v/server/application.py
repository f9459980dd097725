"""The web application: routes, errors as JSON, and what protects it; the only module that imports Starlette.

    GET  /neighbors?word=king       one query; an unknown word is an error, 404
    POST /neighbors {"queries": [...]}   up to 1,000; each gets its answer or its error, in order

Nothing can be changed through it, and nothing is read but the vectors that it was made with. Answers are computed in
another thread, so that a large request does not keep the others from being accepted; `w2v.server.turns` orders them.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Sequence
from typing import Any

from w2v.annotations import checked
from w2v.arguments import shown
from w2v.errors import ConfigError, UnknownWordError, W2VError
from w2v.extras import library
from w2v.server.answers import Answer
from w2v.server.description import openapi, page
from w2v.server.operations import OPERATIONS, Operation
from w2v.server.settings import MAX_BODY, ServerSettings
from w2v.vectors import KeyedVectors
from w2v.version import __version__

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send

    from w2v.server.turns import Turns
except ImportError:  # `application` says so
    pass

SUGGESTIONS = 10
"""Errors per request that suggest other words: each search takes milliseconds."""


@checked
def application(vectors: KeyedVectors, settings: ServerSettings) -> Starlette:
    """Return the web application (ASGI) that answers queries of these vectors.

    Parameters
    ----------
    vectors : KeyedVectors
    settings : ServerSettings
        Its token, hosts and origins are enforced.

    Raises
    ------
    MissingExtraError
        If Starlette is not installed.
    """
    library("starlette.applications", "serve", "serve vectors", "Starlette")
    vectors.search_space()  # computes the lengths of the vectors now, not during the first query
    name = os.path.basename(settings.model)
    middleware = [Middleware(_KnownHosts, settings=settings)]
    if settings.allow_origin:
        headers = ["authorization", "content-type"]
        cors = Middleware(
            CORSMiddleware, allow_origins=settings.allow_origin, allow_methods=["GET", "POST"], allow_headers=headers
        )
        middleware.append(cors)

    def health(request: Request) -> Response:
        facts = {"words": len(vectors), "vector_size": vectors.vector_size, "model": name, "version": __version__}
        return _json({"status": "ok", **facts})

    def index(request: Request) -> Response:
        _authorize(request, settings.token)
        return HTMLResponse(settings.index or page(name, vectors))

    def describe(request: Request) -> Response:
        _authorize(request, settings.token)
        return _json(openapi())

    routes = [Route("/", index), Route("/health", health), Route("/openapi.json", describe)]
    turns = Turns()
    for operation in OPERATIONS:
        endpoint = _endpoint(operation, vectors, settings.token, turns)
        routes.append(Route(f"/{operation.name}", endpoint, methods=["GET", "POST"]))
    handlers: Any = {HTTPException: _http_error, W2VError: _error, Exception: _failure}
    return Starlette(routes=routes, middleware=middleware, exception_handlers=handlers)


def _endpoint(operation: Operation, vectors: KeyedVectors, token: str | None, turns: Turns) -> Any:
    async def answer(request: Request) -> Response:
        _authorize(request, token)
        if request.method == "POST":
            body = await _body(request)
            return await turns.compute(_answer_all, operation, vectors, body)
        parameters = {name: request.query_params.getlist(name) for name in request.query_params}
        wanted = operation.of_query_string(parameters)
        found = await turns.answer(operation, vectors, wanted)
        if isinstance(found, W2VError):
            raise found
        return _json(found)

    return answer


def _answer_all(operation: Operation, vectors: KeyedVectors, body: bytes) -> Response:
    found = operation.answers(vectors, operation.of_body(body))
    return _json({"results": _with_errors(found)})


def _with_errors(found: Sequence[Answer]) -> list[dict[str, Any]]:
    results, errors = [], 0
    for answer in found:
        if isinstance(answer, W2VError):
            errors += 1
            results.append(_described(answer, brief=errors > SUGGESTIONS))
        else:
            results.append(answer)
    return results


class _KnownHosts:
    """Refuses requests whose ``Host`` header is not one of this server's: see `ServerSettings.hosts`."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        if self.settings.knows_host(host):
            await self.app(scope, receive, send)
            return
        message = (
            f"the header Host must be a name of this server: got {shown(host)}; if it is one, start w2v serve with "
            "--allow-host and that name"
        )
        await _json({"error": {"type": "unknown_host", "message": message}}, 400)(scope, receive, send)


def _authorize(request: Request, token: str | None) -> None:
    if token is None:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        message = "the header Authorization must be: Bearer, a space, and the token of this server"
        raise HTTPException(401, message, headers={"WWW-Authenticate": "Bearer"})


async def _body(request: Request) -> bytes:
    """Return the body; its size is checked while it arrives."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # which a page of another site cannot send without CORS
        raise HTTPException(415, f"the header Content-Type must be application/json: got {kind[:80] or 'none'!r}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"the body must have at most {MAX_BODY} bytes: got more; send several requests")
    return bytes(body)


def _json(value: Any, status: int = 200, headers: Any = None) -> Response:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), status, headers, "application/json")


def _described(problem: W2VError, *, brief: bool = False) -> dict[str, Any]:
    if isinstance(problem, UnknownWordError):
        return {"error": {"type": "unknown_word", "message": "the word is unknown" if brief else str(problem)}}
    return {"error": {"type": "invalid", "message": str(problem)}}


def _error(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, W2VError)
    status = 404 if isinstance(problem, UnknownWordError) else 400 if isinstance(problem, ConfigError) else 500
    return _json(_described(problem), status)


def _http_error(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    kind = {401: "unauthorized", 404: "not_found", 405: "method_not_allowed"}.get(problem.status_code, "invalid")
    message = (
        f"there is no {request.url.path[:80]} here; / lists what there is" if kind == "not_found" else problem.detail
    )
    return _json({"error": {"type": kind, "message": message}}, problem.status_code, problem.headers)


def _failure(request: Request, problem: Exception) -> Response:
    """Answer a request in which something failed that should not; the error itself is raised again, and logged."""
    message = "the server failed to answer this request; its log says why, please report it"
    return _json({"error": {"type": "internal", "message": message}}, 500)
