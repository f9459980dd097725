"""Time `w2v serve`: requests from several clients, latencies, one batch, and gensim in a loop; restart after a kill.

python benchmarks/serving.py vectors.safetensors [--requests 10000] [--clients 8] [--workers 1]
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.parse
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from w2v import KeyedVectors


def start(model: str, workers: int) -> tuple[subprocess.Popen[str], int, float]:
    """Start a server at a free port; return it, its port, and the seconds until it has answered."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "w2v", "serve", model, "--port", "0", "--workers", str(workers)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    line = server.stderr.readline()
    if "serving" not in line:
        sys.exit(line)
    port = int(line.split()[4].rpartition(":")[2])
    ask(port, ["/health"])
    return server, port, time.perf_counter() - began


def ask(port: int, paths: list[str]) -> tuple[list[float], int]:
    """Ask for paths over one connection; return the seconds of each, and how many answers were errors."""
    connection, seconds, errors = http.client.HTTPConnection("127.0.0.1", port), [], 0
    for path in paths:
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        seconds.append(time.perf_counter() - began)
        errors += answer.status != 200 or not json.loads(body)
    return seconds, errors


def percentiles(seconds: list[float]) -> str:
    """Return the 50th, 95th and 99th percentile and the largest, in milliseconds."""
    values = np.percentile(np.array(seconds) * 1e3, [50, 95, 99, 100])
    return " / ".join(f"{value:.2f}" for value in values) + " ms (p50 / p95 / p99 / max)"


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    vectors = KeyedVectors.load(given.model)
    words = np.random.default_rng(1).choice(vectors.index_to_key[:10_000], given.requests).tolist()
    paths = [f"/neighbors?{urllib.parse.urlencode({'word': word})}" for word in words]

    server, port, seconds = start(given.model, given.workers)
    print(f"{len(vectors)} words of {vectors.vector_size} values; started in {seconds:.2f} s")
    began = time.perf_counter()
    with ProcessPoolExecutor(given.clients) as pool:
        found = list(pool.map(partial(ask, port), [paths[i :: given.clients] for i in range(given.clients)]))
    seconds = time.perf_counter() - began
    errors = sum(errors for _, errors in found)
    print(
        f"{given.requests} requests, {given.clients} clients: {given.requests / seconds:.0f} per second, {errors} errors; "
        f"{percentiles([one for times, _ in found for one in times])}"
    )
    connection = http.client.HTTPConnection("127.0.0.1", port)
    began = time.perf_counter()
    body = json.dumps({"queries": words[:1000]})
    connection.request("POST", "/neighbors", body, {"Content-Type": "application/json"})
    answers = json.loads(connection.getresponse().read())["results"]
    print(f"one request of {len(answers)} queries: {time.perf_counter() - began:.2f} s")
    os.kill(server.pid, 9)
    server.communicate()
    server, port, seconds = start(given.model, given.workers)
    print(f"killed and started again: {seconds:.2f} s until it answers")
    server.terminate()
    server.communicate()

    try:
        from gensim.models import KeyedVectors as GensimVectors
    except ImportError:
        return
    other = GensimVectors(vectors.vector_size)
    other.add_vectors(vectors.index_to_key, np.array(vectors.vectors))
    other.most_similar(words[0])  # computes the norms
    times = []
    for word in words[:1000]:
        began = time.perf_counter()
        other.most_similar(word)
        times.append(time.perf_counter() - began)
    print(f"gensim, in its own process, in a loop: {percentiles(times)}")


if __name__ == "__main__":
    main()
