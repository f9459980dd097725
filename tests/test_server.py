"""``w2v serve``: answers equal those of `KeyedVectors`, errors are JSON, limits and doors hold, processes come and go."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import psutil
import pytest
from hostile import many, mutated
from hypothesis import given, seed
from hypothesis import strategies as st

from w2v import KeyedVectors
from w2v.cli import main
from w2v.errors import ConfigError, W2VError

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

import anyio
import httpx
from starlette.testclient import TestClient

from w2v.server import ServerSettings, answers, application, settings
from w2v.server.operations import OPERATIONS

WORDS = ["man", "woman", "king", "queen", "tree", "café", "a b", "?&=#"]
TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def vectors():
    return KeyedVectors.from_arrays(WORDS, np.random.default_rng(4).normal(size=(len(WORDS), 6)).astype(np.float32))


def client_of(vectors, **named):
    # Errors are answers; an exception from the inside would fail the test.
    return TestClient(application(vectors, ServerSettings("v.safetensors", **named)), base_url="http://localhost:8000")


@pytest.fixture(scope="module")
def client(vectors):
    return client_of(vectors)


def test_another_page_may_be_the_first(vectors):
    made = client_of(vectors, index=b"<p>mine</p>").get("/")
    assert (made.text, made.headers["content-type"]) == ("<p>mine</p>", "text/html; charset=utf-8")


def pairs(found):
    return [(one["word"], one["score"]) for one in found]


def failure(response, status):
    assert response.status_code == status, response.text
    return response.json()["error"]["message"]


# ------------------------------------------------------------------------------------------------------ right answers


@pytest.mark.parametrize("word", WORDS)
def test_neighbors_of_any_word(client, vectors, word):
    answer = client.get("/neighbors", params={"word": word, "k": 3}).json()
    assert pairs(answer["neighbors"]) == vectors.most_similar(word, topn=3)


def test_neighbors_of_a_combination(client, vectors):
    answer = client.get("/neighbors?positive=king&positive=woman&negative=man").json()
    assert pairs(answer["neighbors"]) == vectors.most_similar(["king", "woman"], ["man"])


def test_a_batch_of_neighbors_gives_each_its_answer_or_its_error(client, vectors):
    vector = vectors["tree"].astype(float).tolist()
    queries = ["king", {"positive": ["king"], "negative": ["man"]}, {"vector": vector}, "nobody", 3, {"vector": [1.0]}]
    response = client.post("/neighbors", json={"queries": queries, "k": 2})
    assert response.status_code == 200
    word, both, near, *errors = response.json()["results"]
    assert pairs(word["neighbors"]) == vectors.most_similar("king", topn=2)
    assert pairs(both["neighbors"]) == vectors.most_similar("king", "man", topn=2)
    assert pairs(near["neighbors"]) == vectors.similar_by_vector(np.array(vector), topn=2)
    assert [one["error"]["type"] for one in errors] == ["unknown_word", "invalid", "invalid"]
    assert "'nobody' is not among the 8 words" in errors[0]["error"]["message"]
    assert 'write "3" if it is a word' in errors[1]["error"]["message"]
    assert "must be numbers of shape (6,)" in errors[2]["error"]["message"]


def test_similarity(client, vectors):
    wanted = float(vectors.similarity("king", "café"))
    assert client.get("/similarity", params={"a": "king", "b": "café"}).json() == {"similarity": wanted}
    answer = client.post("/similarity", json={"pairs": [["king", "café"], ["king", "x"], ["man", "man"]]}).json()
    assert [one.get("similarity") for one in answer["results"]] == [wanted, None, 1.0]


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_analogy(client, vectors, method):
    question = {"positive": ["king", "woman"], "negative": ["man"], "topn": 4}
    wanted = vectors.most_similar(**question) if method == "3cosadd" else vectors.most_similar_cosmul(**question)
    one = client.get("/analogy", params={"a": "man", "b": "king", "c": "woman", "k": 4, "method": method}).json()
    body = {"queries": [["man", "king", "woman"], ["man", "x", "woman"]], "k": 4, "method": method}
    many = client.post("/analogy", json=body).json()["results"]
    assert [word for word, _ in pairs(one["answers"])] == [word for word, _ in wanted]
    assert [score for _, score in pairs(one["answers"])] == pytest.approx([score for _, score in wanted], abs=1e-6)
    assert many[0] == one
    assert many[1]["error"]["type"] == "unknown_word"


def test_vectors(client, vectors):
    one = client.get("/vectors", params={"word": "queen"}).json()
    many = client.post("/vectors", json={"words": ["queen", "x"]}).json()["results"]
    assert np.array_equal(np.array(one["vector"], np.float32), vectors["queen"])
    assert many[0] == one
    assert many[1]["error"]["type"] == "unknown_word"


def test_integer_words():
    found = KeyedVectors.from_arrays([7, 12, 3], np.eye(3, dtype=np.float32) + 0.1)
    found.numbers = True
    client = client_of(found)
    by_word = client.get("/neighbors?word=7&k=1").json()
    assert by_word["neighbors"][0]["word"] == 12
    assert client.post("/neighbors", json={"queries": [7], "k": 1}).json()["results"] == [by_word]


def test_more_neighbors_than_words(client):
    assert len(client.get("/neighbors?word=king&k=1000").json()["neighbors"]) == len(WORDS) - 1


def test_health(client):
    assert client.get("/health").json() | {"version": ""} == {
        "status": "ok",
        "words": 8,
        "vector_size": 6,
        "model": "v.safetensors",
        "version": "",
    }


def all_at_once(app, paths):
    """Return the answers to requests that are sent at the same time."""

    async def ask():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await asyncio.gather(*(client.get(path) for path in paths))

    return asyncio.run(ask())


def watched(monkeypatch, name, work):
    """Replace what answers an operation."""
    changed = [replace(one, answers=work) if one.name == name else one for one in OPERATIONS]
    monkeypatch.setattr(sys.modules["w2v.server.application"], "OPERATIONS", changed)


def test_requests_that_wait_are_answered_together_and_one_group_after_another(vectors, monkeypatch):
    asked, running = [], []

    def slowly(vectors, request):
        running.append(1)
        assert len(running) == 1
        time.sleep(0.05)
        asked.append((request.k, len(request.queries)))
        running.pop()
        return answers.neighbors(vectors, request)

    watched(monkeypatch, "neighbors", slowly)
    words = ["man", "woman", "king", "queen", "tree", "nobody"]
    paths = [f"/neighbors?word={word}&k={k}" for k in (1, 2) for word in words]
    found = all_at_once(application(vectors, ServerSettings("v.safetensors")), [paths[0], *paths])
    assert sum(size for _, size in asked) == len(paths) + 1
    assert len(asked) <= 4  # the first alone, at most; then those of each k together
    for path, answer in zip([paths[0], *paths], found, strict=True):
        word, k = path[16:].split("&k=")
        if word == "nobody":
            assert "nobody" in failure(answer, 404)
        else:
            assert pairs(answer.json()["neighbors"]) == vectors.most_similar(word, topn=int(k))


def test_requests_that_waited_for_one_that_failed_are_answered(vectors, monkeypatch):
    calls = []

    def fails_once(vectors, request):
        calls.append(len(request.queries))
        if len(calls) == 1:
            raise ConfigError("no memory, say")
        return answers.neighbors(vectors, request)

    watched(monkeypatch, "neighbors", fails_once)
    found = all_at_once(application(vectors, ServerSettings("v.safetensors")), ["/neighbors?word=king"] * 6)
    assert sorted(answer.status_code for answer in found) == [200] * 5 + [400]


# ------------------------------------------------------------------------------------------------------ wrong requests


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/neighbors", 400, "word or positive must be given, but not both: got nothing"),
        ("/neighbors?word=king&positive=man", 400, "word or positive must be given, but not both: got word, positive"),
        ("/neighbors?word=king&negative=man", 400, "negative must be given together with positive"),
        ("/neighbors?word=king&word=man", 400, "word must be given once: got 2 values"),
        ("/neighbors?word=king&k=0", 400, "k must be an integer from 1 to 1000: got 0"),
        ("/neighbors?word=king&k=-1", 400, "k must be an integer from 1 to 1000: got '-1'"),
        ("/neighbors?word=king&k=1e9", 400, "k must be an integer from 1 to 1000: got '1e9'"),
        (f"/neighbors?word=king&k={'9' * 5000}", 400, "k must be an integer from 1 to 1000: got '999"),
        ("/neighbors?word=king&k=%C2%B2", 400, "k must be an integer from 1 to 1000: got '²'"),
        ("/neighbors?word=king&topn=3", 400, "names must be among word, positive, negative, k: got 'topn'"),
        ("/neighbors?word=kings", 404, "'kings' is not among the 8 words; did you mean 'king'?"),
        ("/analogy?a=man&b=king&c=woman&method=x", 400, "method must be "),
        ("/similarity?a=man", 400, "b must be given once: got none"),
        ("/nowhere", 404, "there is no /nowhere here; / lists what there is"),
    ],
)
def test_a_wrong_query_string_is_named(client, path, status, message):
    assert message in failure(client.get(path), status)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/neighbors", "{", "the body must be JSON: got b'{'"),
        ("/neighbors", "[" * 100_000, "the body must be JSON"),
        ("/neighbors", '["king"]', 'the body must be a JSON object with the member "queries"'),
        ("/neighbors", "{}", "queries must be a list of 1 to 1000 queries: got None"),
        ("/neighbors", '{"queries": []}', "queries must be a list of 1 to 1000 queries: got 0 of them"),
        ("/neighbors", json.dumps({"queries": ["king"] * 1001}), "got 1001 of them; send several requests"),
        ("/neighbors", '{"queries": ["king"], "k": 2.5}', "k must be an integer from 1 to 1000: got 2.5"),
        ("/neighbors", '{"queries": ["king"], "k": true}', "k must be an integer from 1 to 1000: got True"),
        ("/neighbors", f'{{"queries": ["king"], "k": {"9" * 4000}}}', "k must be an integer from 1 to 1000: got 999"),
        ("/neighbors", f'{{"queries": ["king"], "k": {"9" * 5000}}}', "the body must be JSON"),
        ("/neighbors", '{"queries": [null]}', "queries[0] must be "),
        ("/neighbors", '{"queries": [{}]}', "queries[0] must have at least one word"),
        ("/neighbors", '{"queries": [{"postive": ["a"]}]}', "members of queries[0] must be among positive, negative"),
        ("/neighbors", '{"queries": [{"vector": [1e300]}]}', "queries[0].vector[0] must be a number"),
        ("/neighbors", '{"queries": [{"vector": [NaN]}]}', "queries[0].vector[0] must be a number"),
        ("/neighbors", json.dumps({"queries": [{"positive": ["king"] * 101}]}), "must have at most 100 words: got 101"),
        ("/similarity", '{"pairs": [["king"]]}', "pairs[0] must be a list of 2 words, a, b: got ['king']"),
        ("/similarity", '{"pairs": ["ab"]}', "pairs[0] must be a list"),
        ("/vectors", '{"words": "king"}', "words must be a list of 1 to 1000 queries: got 'king'"),
    ],
)
def test_a_wrong_body_is_named(client, path, body, message):
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert message in failure(response, 400)


def test_a_large_body_is_refused_while_it_arrives(vectors):
    received, answered = [], []

    async def receive():
        received.append(1 << 20)
        return {"type": "http.request", "body": b" " * (1 << 20), "more_body": True}

    async def send(message):
        answered.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/neighbors", "query_string": b"", "headers": headers}
    anyio.run(application(vectors, ServerSettings("v.safetensors")), scope, receive, send)
    assert sum(received) == settings.MAX_BODY + (1 << 20)  # not a byte more than is needed to know
    assert answered[0]["status"] == 413
    assert b"the body must have at most 16777216 bytes" in answered[1]["body"]


@pytest.mark.parametrize("problem", [RuntimeError("secret"), MemoryError(), W2VError("no")])
def test_what_fails_inside_is_json_too(vectors, monkeypatch, problem):
    def fails(*_):
        raise problem

    monkeypatch.setattr("w2v.server.answers.nearest_words", fails)
    app = application(vectors, ServerSettings("v.safetensors"))
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    for response in (client.get("/neighbors?word=king"), client.post("/neighbors", json={"queries": ["king"]})):
        assert failure(response, 500)
        assert "secret" not in response.text
    if not isinstance(problem, W2VError):
        with pytest.raises(type(problem)):  # for the log
            client_of(vectors).get("/neighbors?word=king")


def test_integer_words_of_any_length():
    client = client_of(KeyedVectors.from_arrays([7, 12, 3], np.eye(3, dtype=np.float32)))
    for digits in (20, 400, 4400, 6000):
        assert "is not among the 3 ids" in failure(client.get(f"/vectors?word={'9' * digits}"), 404)


@seed(7)
@many(150)
@given(data=st.data())
def test_any_body_gets_an_answer_or_an_error_of_its_own(client, data):
    honest = {"queries": ["king", {"positive": ["man"], "negative": ["tree"]}, {"vector": [1.0] * 6}], "k": 2}
    honest |= {"pairs": [["king", "man"]], "words": ["a b"], "method": "3cosmul"}
    body = mutated(data, honest, most=3)
    for name, members in (
        ("neighbors", ("queries", "k")),
        ("similarity", ("pairs",)),
        ("analogy", ("queries", "k", "method")),
        ("vectors", ("words",)),
    ):
        text = json.dumps({member: body[member] for member in members if isinstance(body, dict) and member in body})
        response = client.post(f"/{name}", content=text, headers={"content-type": "application/json"})
        assert response.status_code in (200, 400), response.text


@seed(7)
@many(150)
@given(
    st.sampled_from([f"/{operation.name}" for operation in OPERATIONS]),
    st.lists(
        st.tuples(
            st.sampled_from(["word", "positive", "negative", "a", "b", "c", "k", "method"]),
            st.one_of(st.sampled_from([*WORDS, "3cosmul", "1", "9" * 5000]), st.text(max_size=5)),
        ),
        max_size=5,
    ),
)
def test_any_query_string_gets_an_answer_or_an_error_of_its_own(client, path, parameters):
    query = urllib.parse.urlencode(parameters, errors="surrogatepass")
    assert client.get(f"{path}?{query}").status_code in (200, 400, 404)


def test_only_json_is_taken(client):
    assert "Content-Type must be application/json: got 'text/plain'" in failure(
        client.post("/neighbors", content="{}", headers={"content-type": "text/plain"}), 415
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(client, method):
    assert failure(client.request(method, "/neighbors"), 405)


def test_only_the_first_errors_search_for_other_words(client):
    answer = client.post("/vectors", json={"words": ["kings"] * 1000}).json()
    messages = [one["error"]["message"] for one in answer["results"]]
    assert "did you mean 'king'?" in messages[9]
    assert set(messages[10:]) == {"the word is unknown"}


# ------------------------------------------------------------------------------------------------------------ who may ask


def test_the_host_must_be_known(vectors):
    path = "/neighbors?word=king"
    client = client_of(vectors, allow_host=("w2v.example.org",))
    for host in (
        "evil.example",
        "evil.example:8000",
        "",
        "[::1",
        "localhost@evil.example",
        "w2v.example.org.evil",
        "é",
    ):
        for asked in (path, "/health", "/nowhere"):
            message = failure(client.get(asked, headers={"host": host.encode()}), 400)
            assert "the header Host must be a name of this server: got " in message
            assert "start w2v serve with --allow-host" in message
    for host in ("127.0.0.1:8000", "[::1]:8000", "localhost", "LOCALHOST", "w2v.example.org"):
        assert client.get(path, headers={"host": host}).status_code == 200


def test_no_other_site_reads_answers_unless_allowed(vectors, client):
    asked = {"origin": "https://site.example"}
    assert "access-control-allow-origin" not in client.get("/health", headers=asked).headers
    allowed = client_of(vectors, allow_origin=("https://site.example",))
    assert allowed.get("/health", headers=asked).headers["access-control-allow-origin"] == "https://site.example"
    other = allowed.get("/health", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_token_opens_everything_but_health(vectors):
    client = client_of(vectors, token=TOKEN)
    assert client.get("/health").status_code == 200
    for path in ("/", "/openapi.json", "/neighbors?word=king"):
        assert "Authorization must be: Bearer" in failure(client.get(path), 401)
        for wrong in ("Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"):
            assert client.get(path, headers={"authorization": wrong.encode()}).status_code == 401
        assert client.get(path, headers={"authorization": f"bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 65536},
        {"workers": 0},
        {"token": "short"},
        {"token": "with blank inside"},
        {"allow_host": ("http://x",)},
        {"allow_origin": ("x.org",)},
    ],
)
def test_settings_are_checked(wrong):
    with pytest.raises(ConfigError, match="must be"):
        ServerSettings("v", **wrong)
    assert TOKEN not in repr(ServerSettings("v", token=TOKEN))


@pytest.mark.parametrize(
    ("host", "public"), [("127.0.0.1", False), ("localhost", False), ("::1", False), ("0.0.0.0", True), ("x.org", True)]
)
def test_public_addresses_are_known(host, public):
    assert ServerSettings("v", host=host).is_public is public


# ------------------------------------------------------------------------------------------------------------ description


def test_the_description_is_what_the_server_does(client):
    description = client.get("/openapi.json").json()
    assert set(description["paths"]) == {"/health", *(f"/{operation.name}" for operation in OPERATIONS)}
    for operation in OPERATIONS:
        answer = client.get(f"/{operation.name}?{operation.example}")
        assert answer.status_code == 200
        assert set(answer.json()) == set(operation.answer["required"])
        paths = description["paths"][f"/{operation.name}"]
        assert [one["name"] for one in paths["get"]["parameters"]] == [*operation.parameters, *operation.options]
        body = paths["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert body["properties"][operation.item]["maxItems"] == settings.MAX_QUERIES


def test_the_page_asks_for_nothing_from_elsewhere(vectors):
    page = TestClient(application(vectors, ServerSettings("<b>.bin")), base_url="http://localhost").get("/").text
    assert "<h1>&lt;b&gt;.bin</h1>" in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)


# ------------------------------------------------------------------------------------------------------------ processes

W2V = [sys.executable, "-m", "w2v", "serve"]


@pytest.fixture
def model(tmp_path, vectors):
    vectors.save(tmp_path / "v.safetensors")
    return str(tmp_path / "v.safetensors")


def start(model, *options):
    process = subprocess.Popen([*W2V, model, "--port", "0", *options], stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    assert line.startswith(f"w2v: serving {model} at http://127.0.0.1:"), line
    return process, line.split()[4]


def get(address, path):
    with urllib.request.urlopen(f"{address}{path}", timeout=60) as response:
        return json.load(response)


def stop(process, number=signal.SIGTERM):
    process.send_signal(number)
    _, rest = process.communicate(timeout=60)
    return process.returncode, rest


def test_serve_answers_until_it_is_stopped(model, vectors):
    process, address = start(model)
    wanted = vectors.most_similar("king", topn=2)

    def ask(_):
        return pairs(get(address, "/neighbors?word=king&k=2")["neighbors"]) == wanted

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
    assert stop(process) == (0, "")


def runs(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_are_replaced_and_end_with_the_first_process(model, wait_until):
    process, address = start(model, "--workers", "2")
    get(address, "/health")

    def children():
        found = [child for child in psutil.Process(process.pid).children() if runs(child.pid)]
        return [child.pid for child in found if "spawn_main" in " ".join(child.cmdline())]

    wait_until(lambda: len(children()) == 2)
    first = children()
    os.kill(first[0], signal.SIGKILL)
    wait_until(lambda: len(children()) == 2 and first[0] not in children())
    assert get(address, "/health")["words"] == 8
    workers = children()
    process.kill()
    process.communicate(timeout=60)

    wait_until(lambda: not any(map(runs, workers)))


def test_a_file_that_cannot_be_read_again_ends_the_server(model):
    process, address = start(model, "--workers", "2")
    get(address, "/health")
    os.unlink(model)
    workers = psutil.Process(process.pid).children()
    for worker in workers:
        if "spawn_main" in " ".join(worker.cmdline()):
            worker.kill()
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"w2v: cannot serve {model}: a worker ended with exit code 1" in rest
    assert "Traceback" not in rest


def test_errors_are_one_line(model, tmp_path, capsys, monkeypatch):
    process, address = start(model)
    port = address.rpartition(":")[2]
    try:
        assert main(["serve", model, "--port", port]) == 2
        assert "--host and --port must be free for use" in capsys.readouterr().err
    finally:
        stop(process)
    assert main(["serve", str(tmp_path / "none.bin")]) == 65
    assert main(["serve", model, "--host", "no such host"]) == 2
    assert "--host must be the name or address of this machine: got 'no such host'" in capsys.readouterr().err
    (tmp_path / "token").write_text("  \n", encoding="utf-8")
    assert main(["serve", model, "--token-file", str(tmp_path / "token")]) == 2
    assert "--token-file must contain a token" in capsys.readouterr().err
    monkeypatch.setenv("W2V_TOKEN", "abc")
    assert main(["serve", model]) == 2
    assert "token must be at least 8 printable ASCII characters" in capsys.readouterr().err


def test_a_public_address_without_a_token_is_said(model, monkeypatch, capsys):
    monkeypatch.setattr("w2v.server.serve", lambda settings, ready: ready("http://0.0.0.0:1"))
    assert main(["serve", model, "--host", "0.0.0.0"]) == 0
    assert "no token is set: everyone there may query this model" in capsys.readouterr().err
    monkeypatch.setenv("W2V_TOKEN", TOKEN)
    assert main(["serve", model, "--host", "0.0.0.0"]) == 0
    assert "token" not in capsys.readouterr().err


@pytest.mark.parametrize(("module", "extra"), [("starlette", "Starlette"), ("uvicorn", "uvicorn")])
def test_a_missing_extra_is_named(model, module, extra):
    code = f"import sys; sys.modules[{module!r}] = None; from w2v.cli import main; sys.exit(main(['serve', {model!r}]))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert f'{extra} is not installed; pip install "w2v[serve]"' in result.stderr
