"""The operations of the server: for each its parameters, its queries, its answers, and an example.

The application, the OpenAPI description and the page for people are made from this table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from w2v.evaluation.solver import METHODS
from w2v.server import answers, requests
from w2v.server.answers import Answer
from w2v.server.requests import Parameters, Request
from w2v.server.settings import MAX_NEIGHBOURS, MAX_WORDS
from w2v.vectors import KeyedVectors

Schema = dict[str, Any]

WORD: Schema = {"type": ["string", "integer"], "description": "an integer only if the words are ids"}
WORDS: Schema = {"type": "array", "items": WORD, "maxItems": MAX_WORDS}
K: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_NEIGHBOURS, "default": 10}
SCORED: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["word", "score"],
        "properties": {"word": WORD, "score": {"type": "number"}},
    },
}


@dataclass(frozen=True)
class Operation:
    """What the server can be asked.

    Attributes
    ----------
    name : str
        Its path without the slash.
    summary : str
    item : str
        The member of a JSON body that holds the queries.
    parameters : dict of str to schema
        Of a query string.
    options : dict of str to schema
        Those parameters that hold for all queries of a body.
    query : schema
        Of one query in a body.
    answer : schema
    example : str
        A query string; its words are in ``tests/test_server.py``.
    of_parameters, of_value : callable
        Make a query of a query string, and of an element of a body.
    answers : callable
        Answer the queries of a request.
    """

    name: str
    summary: str
    item: str
    parameters: dict[str, Schema]
    options: dict[str, Schema]
    query: Schema
    answer: Schema
    example: str
    of_parameters: Callable[[Parameters], Any]
    of_value: Callable[[Any, str], Any]
    answers: Callable[[KeyedVectors, Request], Sequence[Answer]]

    def of_query_string(self, parameters: Parameters) -> Request:
        """Return the request of a query string."""
        return requests.of_query_string(parameters, [*self.parameters, *self.options], self.of_parameters)

    def of_body(self, body: bytes) -> Request:
        """Return the request of a JSON body."""
        return requests.of_body(body, self.item, [self.item, *self.options], self.of_value)


def _object(**members: Schema) -> Schema:
    return {"type": "object", "required": list(members), "properties": members}


def _several(names: Sequence[str]) -> Schema:
    return {
        "type": "array",
        "items": WORD,
        "minItems": len(names),
        "maxItems": len(names),
        "description": ", ".join(names),
    }


PAIR, TRIPLE = ("a", "b"), ("a", "b", "c")
OPERATIONS = (
    Operation(
        name="neighbors",
        summary="The words nearest to a word, to a sum and difference of words, or to a vector, by cosine",
        item="queries",
        parameters={"word": WORD, "positive": WORDS, "negative": WORDS},
        options={"k": K},
        query={
            "oneOf": [
                WORD,
                {"type": "object", "additionalProperties": False, "properties": {"positive": WORDS, "negative": WORDS}},
                _object(vector={"type": "array", "items": {"type": "number"}}),
            ]
        },
        answer=_object(neighbors=SCORED),
        example="word=king&k=5",
        of_parameters=requests.combination,
        of_value=requests.combination_of,
        answers=answers.neighbors,
    ),
    Operation(
        name="similarity",
        summary="The cosine of two words",
        item="pairs",
        parameters=dict.fromkeys(PAIR, WORD),
        options={},
        query=_several(PAIR),
        answer=_object(similarity={"type": "number", "minimum": -1, "maximum": 1}),
        example="a=king&b=queen",
        of_parameters=requests.words(*PAIR)[0],
        of_value=requests.words(*PAIR)[1],
        answers=answers.similarity,
    ),
    Operation(
        name="analogy",
        summary="a is to b as c is to ...?",
        item="queries",
        parameters=dict.fromkeys(TRIPLE, WORD),
        options={"k": K, "method": {"type": "string", "enum": list(METHODS), "default": METHODS[0]}},
        query=_several(TRIPLE),
        answer=_object(answers=SCORED),
        example="a=man&b=king&c=woman&k=1",
        of_parameters=requests.words(*TRIPLE)[0],
        of_value=requests.words(*TRIPLE)[1],
        answers=answers.analogy,
    ),
    Operation(
        name="vectors",
        summary="The vector of a word, as it is stored",
        item="words",
        parameters={"word": WORD},
        options={},
        query=WORD,
        answer=_object(vector={"type": "array", "items": {"type": "number"}}),
        example="word=king",
        of_parameters=requests.word,
        of_value=requests.word_of,
        answers=answers.vectors_of,
    ),
)
