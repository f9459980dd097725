"""A read-only HTTP server for word vectors: ``w2v serve MODEL``.

requests      JSON or a query string -> checked queries
answers       queries -> answers: one matrix product per request
operations    the table of what the server does, with an example each
description   OpenAPI, and a page for people, both made from the table
turns         requests one after another, those that wait together
application   the web application (Starlette), and what protects it
process       listening, and worker processes (uvicorn)
"""

from w2v.server.application import application
from w2v.server.process import serve
from w2v.server.settings import ServerSettings

__all__ = ["ServerSettings", "application", "serve"]
