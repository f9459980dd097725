"""The description of the server's operations: OpenAPI 3.1 for programs, and a page for people."""

from html import escape
from typing import Any

from w2v.server.operations import OPERATIONS, Operation, Schema
from w2v.server.settings import MAX_QUERIES
from w2v.vectors import KeyedVectors
from w2v.version import __version__

ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type", "message"],
            "properties": {"type": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}
FAILURES = {
    "400": "a parameter or the body is wrong",
    "401": "the token is missing or wrong",
    "404": "a word is unknown",
}


def openapi() -> dict[str, Any]:
    """Return the description in OpenAPI's format, version 3.1.

    Examples
    --------
    >>> sorted(openapi()["paths"])
    ['/analogy', '/health', '/neighbors', '/similarity', '/vectors']
    """
    health = {
        "summary": "Whether the server runs, and what it serves",
        "responses": {"200": {"description": "it does"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "w2v", "version": __version__, "summary": "Queries of word vectors"},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"token": []}],
        "paths": {"/health": {"get": health}} | {f"/{operation.name}": _paths(operation) for operation in OPERATIONS},
    }


def _paths(operation: Operation) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in (operation.parameters | operation.options).items()
    ]
    queries = {"type": "array", "items": operation.query, "minItems": 1, "maxItems": MAX_QUERIES}
    body = {
        "type": "object",
        "required": [operation.item],
        "properties": {operation.item: queries, **operation.options},
    }
    results = {"type": "array", "items": {"oneOf": [operation.answer, ERROR]}}
    answers = {"type": "object", "required": ["results"], "properties": {"results": results}}
    return {
        "get": {
            "summary": operation.summary,
            "operationId": operation.name,
            "parameters": parameters,
            "responses": _responses(operation.answer, FAILURES),
        },
        "post": {
            "summary": f"{operation.summary}; up to {MAX_QUERIES} queries, in one matrix product",
            "operationId": f"{operation.name}_batch",
            "requestBody": {"required": True, "content": _json(body)},
            "responses": _responses(answers, {code: text for code, text in FAILURES.items() if code != "404"}),
        },
    }


def _responses(answer: Schema, failures: dict[str, str]) -> dict[str, Any]:
    found = {"200": {"description": "the answer", "content": _json(answer)}}
    return found | {code: {"description": text, "content": _json(ERROR)} for code, text in failures.items()}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>w2v: {name}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
code, input, pre {{ font: 0.9em ui-monospace, monospace }}
form {{ display: flex; gap: 0.5rem; flex-wrap: wrap }}
input {{ padding: 0.4em; width: 9rem }}
button {{ padding: 0.4em 0.8em; font: inherit }}
li {{ margin-bottom: 0.6rem }}
</style>
<h1>{name}</h1>
<p>{count} words, {size} values per vector. Served by w2v {version}.</p>
<form action="neighbors">
<label>Word <input name="word" required autofocus></label> <button>Neighbours</button>
</form>
<form action="analogy">
<label><input name="a" required aria-label="a"> is to</label>
<label><input name="b" required aria-label="b"> as</label>
<label><input name="c" required aria-label="c"> is to</label> <button>?</button>
</form>
<h2>Operations</h2>
<p>One query by GET, up to {queries} by POST, as JSON. <a href="openapi.json">OpenAPI description</a>,
<a href="health">health</a>.</p>
<ul>
{operations}
</ul>
</html>
"""


def page(name: str, vectors: KeyedVectors) -> str:
    """Return the page, HTML, which asks for nothing from elsewhere."""
    lines = [
        f"<li><code>/{operation.name}?{escape(operation.example)}</code><br>{escape(operation.summary)}. By POST: "
        f"<code>{{&quot;{operation.item}&quot;: [...]}}</code></li>"
        for operation in OPERATIONS
    ]
    return PAGE.format(
        name=escape(name),
        count=f"{len(vectors):,}",
        size=vectors.vector_size,
        version=__version__,
        queries=f"{MAX_QUERIES:,}",
        operations="\n".join(lines),
    )
