"""What the campaign of kills disturbs: operations that write files, and how to tell what state they left behind."""

import contextlib
import functools
import hashlib
import io
import os
import shutil
import signal
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import w2v
from w2v.cli import main as w2v_command
from w2v.corpora import PublicCorpus, fetch, write
from w2v.errors import W2VError
from w2v.experiments.compare.journal import Step, open_journal, read_journal
from w2v.experiments.study.grid import Model
from w2v.experiments.study.journal import Record
from w2v.experiments.study.journal import open_journal as open_study_journal
from w2v.experiments.study.journal import read_journal as read_study_journal
from w2v.formats import load
from w2v.training.trainer import Trainer
from w2v.vectors import KeyedVectors

SENTENCES = [["king", "rules", "the", "land"], ["queen", "rules", "the", "sea"], ["the", "land"]] * 40
CONFIG = w2v.TrainConfig(vector_size=8, epochs=3, workers=1, sample=0)
CORPUS = w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1))


class ReportedError(W2VError):
    """The command line reported an error, or a warning said that something was not written."""


@dataclass(frozen=True)
class Operation:
    """An operation that writes into a folder.

    Attributes
    ----------
    name : str
    prepare : callable
        Writes what is there before.
    act : callable
        The operation. Called again after an interruption, it must complete it.
    look : callable
        Returns "old" or "new", whichever whole state the folder is in, "part" if the operation works in several steps and
        some are done, or what is wrong.
    weight : float
        How often it is disturbed, relative to others; less than 1 for what takes long.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    look: Callable[[Path], str]
    weight: float = 1.0


def operations(folder: Path, url: str) -> list[Operation]:
    """Return all operations; ``folder`` is for what they need, ``url`` is that of `serving`."""
    old = w2v.train(CORPUS, w2v.TrainConfig(vector_size=8, epochs=1, workers=1, sample=0), progress=False)
    new = w2v.train(CORPUS, CONFIG, progress=False)
    return [
        _replaces("save model", "m.safetensors", lambda model, path: model.save(path), old, new, folder),
        *(
            _replaces(f"save {name}", name, lambda model, path: model.vectors.save(path), old, new, folder)
            for name in ("v.safetensors", "v.bin", "v.txt", "v.txt.gz", "v.vec.xz")
        ),
        _replaces_folder("save a static embedding", KeyedVectors.to_static_embedding, old, new, folder),
        _replaces_folder("save for the projector", KeyedVectors.to_projector, old, new, folder),
        _convert(old, new, folder),
        _checkpoint(folder),
        _train(folder),
        _cache(folder),
        _comparison(),
        _study(),
        _fetch(url),
    ]


# ------------------------------------------------------------------------------------------------- one file is replaced


def _replaces(name: str, file: str, save: Callable[[Any, Path], None], old: Any, new: Any, folder: Path) -> Operation:
    """Return an operation that replaces a file by another."""
    before, after = folder / f"old-{file}", folder / f"new-{file}"
    save(old, before)
    save(new, after)
    return _of_bytes(name, file, before.read_bytes(), after.read_bytes(), lambda place: save(new, place / file))


def _of_bytes(name: str, file: str, before: bytes, after: bytes, act: Callable[[Path], None]) -> Operation:
    def look(place: Path) -> str:
        data = (place / file).read_bytes() if (place / file).exists() else b""
        return {before: "old", after: "new"}.get(data, f"{file} has {len(data)} bytes that are neither old nor new")

    return Operation(name, lambda place: _write(place / file, before), act, look)


def _replaces_folder(name: str, save: Callable[[Any, Path], None], old: Any, new: Any, folder: Path) -> Operation:
    """Return an operation that replaces a folder by another; between two renames, what was there waits beside it."""
    whole = {}
    for state, model in (("old", old), ("new", new)):
        (folder / name / state).mkdir(parents=True)
        save(model.vectors, folder / name / state / "f")
        whole[state] = _files(folder / name / state / "f")

    def look(place: Path) -> str:
        found = _files(place / "f")
        waits = any(_files(path) == whole["old"] for path in place.glob(".w2v-*.old"))
        states = [state for state, files in whole.items() if files == found]
        return states[0] if states else "part" if waits and not found else f"f has {sorted(found)}, neither old nor new"

    def prepare(place: Path) -> None:
        shutil.copytree(folder / name / "old" / "f", place / "f")

    return Operation(name, prepare, lambda place: save(new.vectors, place / "f"), look)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def _write(path: Path, data: bytes) -> None:
    if data:
        path.write_bytes(data)


def _convert(old: Any, new: Any, folder: Path) -> Operation:
    new.vectors.save(folder / "in.bin")
    old.vectors.save(folder / "out-old.safetensors")
    command("convert", folder / "in.bin", folder / "out.safetensors")
    before, after = ((folder / name).read_bytes() for name in ("out-old.safetensors", "out.safetensors"))
    act = functools.partial(_convert_into, folder / "in.bin")
    return _of_bytes("convert", "out.safetensors", before, after, act)


def _convert_into(source: Path, place: Path) -> None:
    command("convert", source, place / "out.safetensors")


def _checkpoint(folder: Path) -> Operation:
    trainer = Trainer(CORPUS, CONFIG)
    trainer.advance(1)
    trainer.save(str(folder / "c-old"))
    trainer.advance(1)
    trainer.save(str(folder / "c-new"))
    before, after = ((folder / name).read_bytes() for name in ("c-old", "c-new"))
    return _of_bytes("checkpoint", "c", before, after, lambda place: trainer.save(str(place / "c")))


def _cache(folder: Path) -> Operation:
    text, options = folder / "t.txt", w2v.VocabularyConfig(min_count=1)
    text.write_text("\n".join(map(" ".join, SENTENCES)) + "\n")
    w2v.encode(text, options, cache=folder / "cache")
    (entry,) = (folder / "cache").iterdir()

    def act(place: Path) -> None:
        w2v.encode(text, options, cache=place)

    return _of_bytes("cache", entry.name, b"", entry.read_bytes(), act)


# -------------------------------------------------------------------------------------------------------- several steps


def command(*arguments: Any) -> None:
    """Run a command of w2v; raise `ReportedError` if it reported an error."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = w2v_command([str(argument) for argument in arguments])
    if code:
        raise ReportedError(f"exit status {code}: {said.getvalue()}")


def _train(folder: Path) -> Operation:
    """Return a training that saves checkpoints all the time: undisturbed or resumed, it gives the same vectors."""
    text = folder / "world.txt"
    write(text, 20_000, 1)
    options = ["--workers", "1", "--vector-size", "8", "--epochs", "3", "--min-count", "2", "--quiet"]
    command("train", text, "-o", folder / "trained.safetensors", *options)
    wanted = _digest(folder / "trained.safetensors")

    def act(place: Path) -> None:
        state = ["--checkpoint", place / "c.safetensors", "--checkpoint-minutes", "1e-9", "--resume"]
        command("train", text, "-o", place / "out.safetensors", *options, *state)

    def look(place: Path) -> str:
        if (place / "c.safetensors").exists():
            load(place / "c.safetensors")  # raises an error if it is not whole
        if not (place / "out.safetensors").exists():
            return "part" if (place / "c.safetensors").exists() else "old"
        return "new" if _digest(place / "out.safetensors") == wanted else "other vectors than an undisturbed run"

    return Operation("train --checkpoint", lambda place: None, act, look)


def _digest(path: Path) -> str:
    contents = load(path)
    return hashlib.sha256("\0".join(contents.words).encode() + contents.vectors.tobytes()).hexdigest()


def _comparison() -> Operation:
    steps = [Step("speed", 1, number) for number in range(1, 6)]

    def act(place: Path) -> None:
        with open_journal(place, {"text": "ab"}, {}) as journal:
            for step in steps:
                if journal.find(step) is None:
                    journal.add({**vars(step), "w2v": {"loss": [0.1] * 100}, "gensim": {}})

    def look(place: Path) -> str:
        found = [line.get("number") for line in read_journal(place / "runs.jsonl")]
        return _progress(found, [None, *range(1, 6)])

    return Operation("compare journal", lambda place: None, act, look)


def _study() -> Operation:
    def act(place: Path) -> None:
        with open_study_journal(place) as journal:
            for number in range(len(read_study_journal(place, "s")), 5):
                record = Record("s", Model(), "it diverged" * 50, training={"number": number})
                journal.append(record.to_dict())

    def look(place: Path) -> str:
        return _progress([record.training["number"] for record in read_study_journal(place, "s")], list(range(5)))

    return Operation("study journal", lambda place: None, act, look)


def _progress(found: list[Any], wanted: list[Any]) -> str:
    if found != wanted[: len(found)]:
        return f"lines {found}"
    return "new" if found == wanted else "part" if found else "old"


# ---------------------------------------------------------------------------------------------------------------- fetch

TEXT = b"the king spoke to the queen\n" * 40_000


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("toy"), TEXT)
    return buffer.getvalue()


ARCHIVE = _archive()


def _fetch(url: str) -> Operation:
    texts: dict[str, Any] = {"licence": "none", "tokenizer": "whitespace", "description": "", "advice": ""}
    entry = PublicCorpus(name="toy", url=url, sha256=hashlib.sha256(ARCHIVE).hexdigest(), **texts)

    def act(place: Path) -> None:
        fetch(entry, place, progress=False)

    def look(place: Path) -> str:
        if not (place / "toy.txt").exists():
            return "part" if any(place.iterdir()) else "old"
        if (place / "toy.txt").read_bytes() != TEXT:
            return "the text differs"
        return "new" if sorted(path.name for path in place.iterdir()) == ["toy.txt", "toy.txt.sha256"] else "part"

    return Operation("corpus fetch", lambda place: None, act, look)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        begin = int(self.headers.get("Range", "bytes=0-")[6:-1])
        if begin >= len(ARCHIVE):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(ARCHIVE) - begin))
        self.send_header("ETag", '"1"')
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(ARCHIVE) - 1}/{len(ARCHIVE)}")
        self.end_headers()
        self.wfile.write(ARCHIVE[begin:])

    def log_message(self, *_: Any) -> None:
        pass


class _Server(HTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients are killed."""


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Serve a corpus from another process; yield its address."""
    os.environ["no_proxy"] = "127.0.0.1"
    server = _Server(("127.0.0.1", 0), _Handler)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    try:
        yield f"http://127.0.0.1:{server.server_port}/toy.zip"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        server.server_close()
