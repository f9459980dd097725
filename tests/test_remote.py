"""Corpora on other machines: fsspec's memory file system stands for them, and a local server for the web."""

import functools
import gzip
import http.server
import json
import threading
import urllib.parse

import pytest

from w2v import TextOptions, VocabularyConfig, encode
from w2v.cli.main import main
from w2v.corpus import remote
from w2v.errors import ConfigError, CorpusError, MissingExtraError

fsspec = pytest.importorskip("fsspec")
ALL = VocabularyConfig(min_count=1)
TEXT = "the cat sat\nthe dog ran\n" * 1000


@pytest.fixture
def memory():
    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


def test_a_file_a_folder_and_a_pattern(memory):
    memory.pipe("/data/a.txt", TEXT.encode())
    memory.pipe("/data/b.txt.gz", gzip.compress(b"one more line\n"))
    memory.pipe("/data/.hidden", b"hidden\n")
    memory.pipe("/data/deeper/c.txt", b"deeper\n")
    corpus = encode("memory://data/a.txt", ALL)
    assert corpus.ledger.tokens == 6000
    assert corpus.sources == ("memory://data/a.txt",)
    for url in ("memory://data", "memory://data/*.txt*"):
        whole = encode(url, ALL)
        assert whole.ledger.tokens == 6003
        assert len(whole.sources) == 2
    assert encode(["memory://data/a.txt", "memory://data/b.txt.gz"], ALL, TextOptions("words")).ledger.tokens == 6003


def test_tables(memory):
    rows = [{"text": line} for line in TEXT.splitlines()]
    memory.pipe("/t.jsonl", "\n".join(map(json.dumps, rows)).encode())
    assert encode("memory://t.jsonl", ALL, TextOptions(column="text")).ledger.tokens == 6000
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    with memory.open("/t.parquet", "wb") as file:
        pq.write_table(pa.Table.from_pylist(rows), file)
    assert encode("memory://t.parquet", ALL, TextOptions(column="text")).ledger.tokens == 6000


def test_what_cannot_be_read(memory, tmp_path, capsys):
    with pytest.raises(CorpusError, match=r"cannot read corpus 'memory://none.txt': no such file"):
        encode("memory://none.txt", ALL)
    with pytest.raises(CorpusError, match=r"must contain files: got none"):
        encode("memory://none/*.txt", ALL)
    with pytest.raises(CorpusError, match=r"cannot read corpus 'nonsense://x.txt': ValueError: Protocol not known"):
        encode("nonsense://x.txt", ALL)
    memory.pipe("/a.txt", TEXT.encode())
    with pytest.raises(ConfigError, match=r"cache must be used with regular files: got 'memory://a.txt'"):
        encode("memory://a.txt", ALL, cache=tmp_path)
    memory.pipe("/a.txt.gz", gzip.compress(TEXT.encode())[:-9])
    with pytest.raises(CorpusError, match="damaged or unreadable"):
        encode("memory://a.txt.gz", ALL)
    assert main(["train", "memory://none.txt", "-o", str(tmp_path / "v.bin")]) == 65
    assert "no such file" in capsys.readouterr().err


def test_a_missing_backend_names_its_extra(monkeypatch):
    def missing(url):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(remote._core(), "url_to_fs", missing)
    with pytest.raises(MissingExtraError, match=r'cannot read s3:// URLs: Install s3fs .*; pip install "w2v\[s3\]"'):
        encode("s3://bucket/a.txt", ALL)
    with pytest.raises(MissingExtraError, match=r"cannot read abfs:// URLs: Install s3fs"):
        encode("abfs://bucket/a.txt", ALL)


def test_errors_while_reading_are_of_the_family(memory, monkeypatch):
    memory.pipe("/a.txt", TEXT.encode())

    def broken(self, *arguments):
        raise RuntimeError("connection lost\nat byte 7")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFile.read", broken)
    with pytest.raises(CorpusError, match="RuntimeError: connection lost at byte 7"):
        encode("memory://a.txt", ALL)


def test_the_web(tmp_path):
    pytest.importorskip("aiohttp")
    (tmp_path / "a.txt").write_text(TEXT)
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/a.txt"
            assert encode(url, ALL).ledger.tokens == 6000
            with pytest.raises(CorpusError, match="no such file"):
                encode(url + "x", ALL)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def bucket(monkeypatch):
    """A bucket of moto's server of S3, on this machine."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    type(files).clear_instance_cache()
    files.mkdir("bucket")
    yield files
    files.rm("bucket", recursive=True)  # moto's server keeps its state when it stops
    type(files).clear_instance_cache()
    server.stop()


def test_s3(bucket, tmp_path):
    bucket.pipe("bucket/data/a.txt", TEXT.encode())
    bucket.pipe("bucket/data/b.txt.gz", gzip.compress(b"one more line\n"))
    corpus = encode("s3://bucket/data/a.txt", ALL)
    assert corpus.ledger.tokens == 6000
    assert corpus.sources == ("s3://bucket/data/a.txt",)
    for url in ("s3://bucket/data", "s3://bucket/data/*.txt*"):
        assert encode(url, ALL).ledger.tokens == 6003
    with pytest.raises(CorpusError, match="no such file"):
        encode("s3://bucket/none.txt", ALL)
    with pytest.raises(CorpusError, match=r"cannot read corpus 's3://nobody/none\.txt'"):
        encode("s3://nobody/none.txt", ALL)
    out = tmp_path / "v.safetensors"
    assert main(["train", "s3://bucket/data/a.txt", "-o", str(out), "--vector-size", "8", "--epochs", "1"]) == 0
    assert out.exists()


def test_s3_tables_are_read_in_parts(bucket):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = [{"text": line} for line in TEXT.splitlines()]
    with bucket.open("bucket/t.parquet", "wb") as file:
        pq.write_table(pa.Table.from_pylist(rows), file, row_group_size=500)
    assert encode("s3://bucket/t.parquet", ALL, TextOptions(column="text")).ledger.tokens == 6000


OBJECTS = {"data/a.txt": TEXT.encode(), "data/b.txt": b"one more line\n"}


class Storage(http.server.BaseHTTPRequestHandler):
    """What reading needs of Google Cloud Storage's JSON API: objects by name, a list of them, and their bytes."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if url.path.endswith("/o"):
            prefix = query.get("prefix", [""])[0]
            listed = [self.record(name) for name in OBJECTS if name.startswith(prefix)]
            self.answer(200, json.dumps({"kind": "storage#objects", "items": listed}).encode())
        elif (name := urllib.parse.unquote(url.path.partition("/o/")[2])) not in OBJECTS:
            self.answer(404, json.dumps({"error": {"code": 404, "message": "not found"}}).encode())
        elif query.get("alt") == ["media"]:
            first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
            self.answer(206, OBJECTS[name][int(first) : int(last) + 1 if last else None])
        else:
            self.answer(200, json.dumps(self.record(name)).encode())

    def record(self, name):
        return {"kind": "storage#object", "bucket": "bucket", "name": name, "size": str(len(OBJECTS[name]))}

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_gs(monkeypatch):
    files = pytest.importorskip("gcsfs").GCSFileSystem
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Storage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{server.server_port}")
        files.clear_instance_cache()
        try:
            assert encode("gs://bucket/data/a.txt", ALL).ledger.tokens == 6000
            assert encode("gs://bucket/data/*.txt", ALL).ledger.tokens == 6003
            with pytest.raises(CorpusError, match="no such file"):
                encode("gs://bucket/none.txt", ALL)
        finally:
            files.clear_instance_cache()
            server.shutdown()
            thread.join()
