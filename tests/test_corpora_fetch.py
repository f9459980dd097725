"""Fetching from a server on this machine: resuming, verifying, unpacking, and every way in which it can fail."""

import errno
import hashlib
import io
import os
import re
import socket
import sys
import tarfile
import threading
import zipfile
from collections import namedtuple
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from w2v.corpora import PublicCorpus, default_folder, fetch
from w2v.corpora import download as download_module
from w2v.errors import ConfigError, CorpusError, OutputError, VerificationError

fetch_module = sys.modules[fetch.__module__]
TEXT = b"the king spoke to the queen\n" * 40_000  # more than one chunk


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def packed(**members):
    """Return a stored (not deflated) zip archive, so that its size is that of the text and more; always the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/")), data)  # dated 1980, not now
    return buffer.getvalue()


@dataclass
class Server:
    """Files, what is wrong with the server, and the headers of the requests that arrived."""

    files: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    ranges: bool = True
    etag: str | None = '"1"'
    break_after: int | None = None
    shift: int = 0
    url: str = ""

    def entry(self, name="toy.zip", data=None, **facts):
        self.files[f"/{name}"] = packed(toy=TEXT) if data is None else data
        texts = {"licence": "none", "tokenizer": "whitespace", "description": "", "advice": ""}
        return PublicCorpus(name="toy", url=f"{self.url}/{name}", **texts, **facts)


@pytest.fixture
def server(monkeypatch):
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            state.requests.append(dict(self.headers))
            if self.path not in state.files:
                self.send_error(404)
                return
            data = state.files[self.path]
            begin = self.begin(len(data))
            if begin >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data) - begin))
            if state.etag:
                self.send_header("ETag", state.etag)
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            with suppress(ConnectionError):  # an interrupted client
                self.wfile.write(data[begin : state.break_after])

        def begin(self, size):
            match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            known = self.headers.get("If-Range") in (None, state.etag)
            return int(match[1]) + state.shift if match and state.ranges and known else 0

        def log_message(self, *_):
            pass

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.url = f"http://127.0.0.1:{listening.server_port}"
        yield state
        listening.shutdown()
        thread.join()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def start(folder, data, version=None, name="toy.zip"):
    """Leave behind what an interrupted download leaves behind."""
    (folder / f"{name}.part").write_bytes(data)
    if version:
        (folder / f"{name}.part.version").write_text(version)


def test_zip_is_downloaded_verified_and_unpacked(server, tmp_path):
    archive = packed(toy=TEXT)
    facts = {"size": len(archive), "sha256": sha256(archive), "text_size": len(TEXT), "text_sha256": sha256(TEXT)}
    got = fetch(server.entry(**facts), tmp_path / "new" / "folder", progress=False)
    assert (got.path.name, got.size, got.sha256, got.verified) == ("toy.txt", len(TEXT), sha256(TEXT), True)
    assert got.path.read_bytes() == TEXT
    assert names(got.path.parent) == ["toy.txt", "toy.txt.sha256"]
    assert server.requests[0]["User-Agent"] == "w2v-corpora"
    assert (got.path.parent / "toy.txt.sha256").read_text() == f"{sha256(TEXT)}  toy.txt\n"


def test_second_fetch_asks_nobody(server, tmp_path):
    entry = server.entry(sha256=sha256(packed(toy=TEXT)))
    first = fetch(entry, tmp_path, progress=False)
    assert fetch(entry, tmp_path, progress=False) == first
    assert first.verified
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "left", [["toy.zip", "toy.zip.sha256"], ["toy.zip.sha256"], ["toy.zip.part.version"], [".toy.zip.part.lock"]]
)
def test_an_archive_that_a_killed_process_did_not_remove(server, tmp_path, left):
    """Killed after the text got its name: the next call removes what is left of the archive."""
    archive = packed(toy=TEXT)
    entry = server.entry(sha256=sha256(archive))
    fetch(entry, tmp_path, progress=False)
    contents = {"toy.zip": archive, "toy.zip.sha256": f"{sha256(archive)}  toy.zip\n".encode()}
    for name in left:
        (tmp_path / name).write_bytes(contents.get(name, b'"1"'))
    assert fetch(entry, tmp_path, progress=False).verified
    assert names(tmp_path) == ["toy.txt", "toy.txt.sha256"]


def test_an_archive_of_your_own_is_not_removed(server, tmp_path):
    """There is a text already, and nothing says that the archive is ours."""
    entry = server.entry(sha256=sha256(packed(toy=TEXT)))
    fetch(entry, tmp_path, progress=False)
    (tmp_path / "toy.zip").write_bytes(b"mine")
    fetch(entry, tmp_path, progress=False)
    assert (tmp_path / "toy.zip").read_bytes() == b"mine"


def test_single_file_is_kept_as_it_is(server, tmp_path):
    got = fetch(server.entry("dump.xml.bz2", b"BZh...", sha256=sha256(b"BZh...")), tmp_path, progress=False)
    assert (got.path.name, got.path.read_bytes(), got.verified) == ("dump.xml.bz2", b"BZh...", True)
    assert names(tmp_path) == ["dump.xml.bz2", "dump.xml.bz2.sha256"]


def test_local_file_address(server, tmp_path):
    (tmp_path / "here.zip").write_bytes(packed(toy=b"a b\n"))
    entry = PublicCorpus("toy", (tmp_path / "here.zip").as_uri(), "", "whitespace", "", "")
    assert fetch(entry, tmp_path / "data", progress=False).path.read_bytes() == b"a b\n"


def test_members_of_a_tar_are_joined_in_its_order(server, tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in [("x/train-2", b"two\n"), ("x/held", b"no\n"), ("x/train-1", b"one\n")]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    got = fetch(server.entry("toy.tar.gz", buffer.getvalue(), member="*/train-*"), tmp_path, progress=False)
    assert got.path.read_bytes() == b"two\none\n"


@pytest.mark.parametrize("version", [None, '"1"'])
def test_resume_asks_only_for_the_rest(server, tmp_path, version):
    archive = packed(toy=TEXT)
    start(tmp_path, archive[:1_000], version)
    got = fetch(server.entry(sha256=sha256(archive)), tmp_path, progress=False)
    assert got.path.read_bytes() == TEXT
    assert server.requests[0]["Range"] == "bytes=1000-"
    assert server.requests[0].get("If-Range") == version


def test_resume_begins_again_if_the_file_has_changed(server, tmp_path):
    start(tmp_path, b"beginning of the old version", '"0"')
    assert fetch(server.entry(), tmp_path, progress=False).path.read_bytes() == TEXT


def test_resume_begins_again_if_nothing_could_tell_two_versions_apart(server, tmp_path):
    start(tmp_path, b"beginning of the old version")
    assert fetch(server.entry(), tmp_path, progress=False).path.read_bytes() == TEXT
    assert "Range" not in server.requests[0]


def test_resume_begins_again_if_the_server_cannot_go_on(server, tmp_path):
    server.ranges = False
    archive = packed(toy=TEXT)
    start(tmp_path, archive[:1_000])
    assert fetch(server.entry(sha256=sha256(archive)), tmp_path, progress=False).path.read_bytes() == TEXT


def test_resume_trusts_no_other_range_than_it_asked_for(server, tmp_path):
    server.shift = 10
    archive = packed(toy=TEXT)
    start(tmp_path, archive[:1_000])
    with pytest.raises(CorpusError, match="asked to send from byte 1,000, but sends from byte 1,010"):
        fetch(server.entry(sha256=sha256(archive)), tmp_path, progress=False)


def test_resume_begins_again_if_too_much_is_there(server, tmp_path):
    archive = packed(toy=TEXT)
    start(tmp_path, archive + b"more", '"1"')
    assert fetch(server.entry(), tmp_path, progress=False).path.read_bytes() == TEXT


def test_a_finished_part_is_not_downloaded_again(server, tmp_path):
    archive = packed(toy=TEXT)
    start(tmp_path, archive)
    fetch(server.entry(size=len(archive), sha256=sha256(archive)), tmp_path, progress=False)
    assert server.requests == []


@pytest.mark.parametrize("etag", ['"1"', None, 'W/"1"'])
def test_interrupt_keeps_what_arrived(server, tmp_path, monkeypatch, etag):
    class Interrupting(download_module.tqdm):
        def update(self, n=1):
            if n and self.n:
                raise KeyboardInterrupt
            self.n += n

    server.etag = etag
    entry = server.entry(sha256=sha256(packed(toy=TEXT)))
    with monkeypatch.context() as patch:
        patch.setattr(download_module, "tqdm", Interrupting)
        with pytest.raises(KeyboardInterrupt):
            fetch(entry, tmp_path, progress=False)
    here = (tmp_path / "toy.zip.part").stat().st_size
    assert 0 < here < len(TEXT)
    assert fetch(entry, tmp_path, progress=False).path.read_bytes() == TEXT
    assert server.requests[1]["Range"] == f"bytes={here}-"
    assert server.requests[1].get("If-Range") == ('"1"' if etag == '"1"' else None)  # a weak ETag is no name
    assert names(tmp_path) == ["toy.txt", "toy.txt.sha256"]


def test_broken_connection_keeps_what_arrived(server, tmp_path):
    server.break_after = 700_000
    entry = server.entry()
    with pytest.raises(CorpusError, match=r"700,000 of 1,\d+,\d+ bytes; call again"):
        fetch(entry, tmp_path, progress=False)
    server.break_after = None
    assert fetch(entry, tmp_path, progress=False).path.read_bytes() == TEXT
    assert server.requests[1]["Range"] == "bytes=700000-"


def test_no_such_file_on_the_server(server, tmp_path):
    entry = server.entry()
    server.files.clear()
    with pytest.raises(CorpusError, match=r"404 Not Found for http://127"):
        fetch(entry, tmp_path, progress=False)


def test_nobody_answers(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/toy.zip"
    with pytest.raises(CorpusError, match="Connection refused"):
        fetch(PublicCorpus("toy", url, "", "whitespace", "", ""), tmp_path, progress=False)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"size": 5}, "the download must have 5 bytes, .*: got an offer of 1,[0-9,]+ "),
        ({"sha256": "0" * 64}, "the download must have SHA-256 0{64}, .*: got [0-9a-f]{64}"),
        ({"text_size": 10}, "the text must have 10 bytes, .*: got more"),
        ({"text_size": 2_000_000}, "the text must have 2,000,000 bytes, .*: got 1,120,000"),
        ({"text_sha256": "0" * 64}, "the text must have SHA-256"),
        ({"member": "other"}, "must contain a file other: got none"),
    ],
)
def test_what_is_not_as_stated_is_rejected_and_removed(server, tmp_path, facts, message):
    with pytest.raises(VerificationError, match=message):
        fetch(server.entry(**facts), tmp_path, progress=False)
    assert [name for name in names(tmp_path) if not name.endswith(".sha256")] == []


def test_size_is_checked_where_the_server_does_not_tell_it(server, tmp_path):
    (tmp_path / "toy.zip.part").write_bytes(b"too long")
    with pytest.raises(VerificationError, match=r"the download must have 5 bytes, .*: got 8"):
        fetch(server.entry(size=5), tmp_path, progress=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("toy.zip", b"no archive at all", "is damaged"),
        ("toy.tar.gz", b"no archive at all", "is damaged"),
        ("toy.zip", packed(toy=TEXT).replace(b"queen", b"quean", 1), "is damaged"),
        ("toy.zip", packed(a=b"a", b=b"b"), "must contain one file .*: got several"),
        ("toy.zip", packed(), "must contain a file: got none"),
    ],
)
def test_unusable_archives(server, tmp_path, name, data, message):
    with pytest.raises(VerificationError, match=message):
        fetch(server.entry(name, data), tmp_path, progress=False)
    assert names(tmp_path) == []


def test_an_archive_put_there_by_hand_is_verified(server, tmp_path):
    (tmp_path / "toy.zip").write_bytes(packed(toy=b"something else"))
    with pytest.raises(VerificationError, match=r"the file .*toy\.zip must have SHA-256"):
        fetch(server.entry(sha256="0" * 64), tmp_path, progress=False)
    with pytest.raises(VerificationError, match=r"nothing tells whether it is whole, .* there is no toy\.zip\.sha256"):
        fetch(server.entry(), tmp_path, progress=False)
    digest = sha256((tmp_path / "toy.zip").read_bytes())
    (tmp_path / "toy.zip.sha256").write_text(f"{digest}  toy.zip\n")  # as sha256sum writes it
    assert fetch(server.entry(), tmp_path, progress=False).path.read_bytes() == b"something else"
    assert server.requests == []
    assert names(tmp_path) == ["toy.txt", "toy.txt.sha256"]


@pytest.mark.parametrize("name", ["toy.txt", "toy.tar", "plain.txt.gz"])
def test_a_cut_file_is_not_accepted_after_a_restart(server, tmp_path, name):
    """What a power failure leaves: a file under its final name, without all of its bytes, and no record of it."""
    (tmp_path / name).write_bytes(TEXT[:99])
    entry = server.entry("plain.txt.gz" if name.startswith("plain") else "toy.tar", b"the whole")
    with pytest.raises(VerificationError, match="nothing tells whether it is whole"):
        fetch(entry, tmp_path, progress=False)
    assert server.requests == []


def test_every_file_under_its_final_name_has_a_record(server, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    entry = server.entry("plain.txt", TEXT)
    monkeypatch.setattr(type(tmp_path), "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        fetch(entry, tmp_path, progress=False)
    monkeypatch.undo()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert names(tmp_path) == ["plain.txt.part", "plain.txt.part.version", "plain.txt.sha256"]
    assert fetch(entry, tmp_path, progress=False).path.read_bytes() == TEXT


def test_a_server_that_sends_less_than_it_was_asked_for(server, tmp_path, monkeypatch):
    """The size of the whole stands in Content-Range; the length of this answer is not what is missing."""
    entry = server.entry("plain.txt", TEXT)
    start(tmp_path, TEXT[:100], '"1"', "plain.txt")
    headers = {"Content-Range": f"bytes 100-149/{len(TEXT)}", "Content-Length": "50", "ETag": '"1"'}

    class Answer(io.BytesIO):
        pass

    answer = Answer(TEXT[100:150])
    answer.headers = headers
    monkeypatch.setattr(download_module, "urlopen", lambda *_, **__: answer)
    with pytest.raises(CorpusError, match=rf"the connection ended after 150 of {len(TEXT):,} bytes"):
        fetch(entry, tmp_path, progress=False)


@pytest.mark.parametrize("length", [None, "many", "-5", ""])
def test_a_download_of_unknown_length_is_not_trusted(tmp_path, monkeypatch, server, length):
    answer = io.BytesIO(TEXT[:150])
    answer.headers = {} if length is None else {"Content-Length": length}
    monkeypatch.setattr(download_module, "urlopen", lambda *_, **__: answer)
    with pytest.raises(CorpusError, match="neither the server nor the manifest says how long it is"):
        fetch(server.entry("plain.txt", TEXT), tmp_path, progress=False)


def test_without_a_digest_the_first_fetch_is_remembered(server, tmp_path):
    entry = server.entry()
    got = fetch(entry, tmp_path, progress=False)
    assert not got.verified
    assert str(got).endswith("(unverified: the manifest has no digest to compare it with)")
    assert sha256(TEXT) in str(got)
    assert fetch(entry, tmp_path, progress=False) == got
    got.path.write_bytes(TEXT[:-1] + b"!")
    with pytest.raises(VerificationError, match="it changed since it was fetched"):
        fetch(entry, tmp_path, progress=False)


def test_with_a_digest_a_changed_text_is_found(server, tmp_path):
    entry = server.entry(text_size=len(TEXT), text_sha256=sha256(TEXT))
    got = fetch(entry, tmp_path, progress=False)
    assert str(got).endswith("(verified)")
    got.path.write_bytes(TEXT[:-1] + b"!")
    with pytest.raises(VerificationError, match="must have SHA-256"):
        fetch(entry, tmp_path, progress=False)


def test_a_text_of_ones_own_is_not_called_verified(server, tmp_path):
    (tmp_path / "toy.txt").write_bytes(b"my text")
    with pytest.raises(VerificationError, match="if it is your own, write that file with sha256sum"):
        fetch(server.entry(), tmp_path, progress=False)
    (tmp_path / "toy.txt.sha256").write_text(f"{sha256(b'my text')}  toy.txt\n")
    assert not fetch(server.entry(), tmp_path, progress=False).verified


def test_full_disk_is_noticed_before_the_download(server, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(download_module.shutil, "disk_usage", lambda _: usage(10**9, 10**9, 0))
    with pytest.raises(OutputError, match=r"it needs [0-9,]+ bytes in .*, and 0 are free"):
        fetch(server.entry(), tmp_path, progress=False)


def test_disk_that_fills_up(server, tmp_path):
    (tmp_path / "toy.zip.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"toy\.zip\.part: No space left on device"):
        fetch(server.entry(), tmp_path, progress=False)


def test_folder_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        fetch(server.entry(), tmp_path / "file" / "folder", progress=False)


def test_two_processes_do_not_write_one_file(server, tmp_path):
    with FileLock(tmp_path / ".toy.zip.part.lock"), pytest.raises(CorpusError, match="another process is downloading"):
        fetch(server.entry(), tmp_path, progress=False)
    assert fetch(server.entry(), tmp_path, progress=False).path.read_bytes() == TEXT


def test_progress_is_shown_only_if_asked_for(server, tmp_path, capsys):
    fetch(server.entry(), tmp_path / "silent", progress=False)
    assert capsys.readouterr() == ("", "")
    fetch(server.entry(), tmp_path / "shown", progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "toy" in shown.err


def test_unknown_name(tmp_path):
    with pytest.raises(ConfigError, match=r"corpus must be one of text8, .*: got 'text9'"):
        fetch("text9", tmp_path)


def test_default_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("W2V_DATA", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("W2V_DATA")
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(default_folder()) == "/home/someone/.cache/w2v"


def test_an_archive_that_cannot_be_removed_is_no_failure(server, tmp_path, monkeypatch):
    entry = server.entry(sha256=sha256(packed(toy=TEXT)))

    def fails(*_, **__):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(fetch_module, "_remove", fails)
        assert fetch(entry, tmp_path, progress=False).path.read_bytes() == TEXT
        assert (tmp_path / "toy.zip").exists()
        assert fetch(entry, tmp_path, progress=False).verified
    fetch(entry, tmp_path, progress=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["toy.txt", "toy.txt.sha256"]


@pytest.mark.parametrize("method", ["stat", "open"])
def test_a_disk_that_fails_is_reported(server, tmp_path, monkeypatch, method):
    entry = server.entry(sha256=sha256(packed(toy=TEXT)))
    fetch(entry, tmp_path, progress=False)

    def fails(*_, **__):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, method, fails)
    with pytest.raises(OutputError, match="Input/output error"):
        fetch(entry, tmp_path, progress=False)
