"""A small honest file of every format that w2v reads, with its reader and with what may be done to it."""

import bz2
import gzip
import json
import logging
import lzma
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import mutations
import numpy as np

import w2v
from w2v.errors import FormatError
from w2v.experiments.compare.journal import Step, check_contents, open_journal
from w2v.experiments.journal import open_json_lines, read_json_lines
from w2v.formats import load
from w2v.training.trainer import Trainer

SENTENCES = [["king", "rules", "the", "land"], ["queen", "rules", "the", "sea"], ["über", "Öl"], ["the", "land"]] * 20
CONFIG = w2v.TrainConfig(vector_size=4, epochs=3, workers=1, sample=0)
PACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
Mutation = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Kind:
    """A format.

    Attributes
    ----------
    name, file : str
        Of the format; of the file.
    honest : bytes
        A small file.
    read : callable
        Reads a file and returns what is in it, as something that can be compared; None if it was ignored, as caches do.
    other : callable
        A change that knows the format.
    seal : callable, optional
        Hides a change from the digests.
    noticed : collection of str
        Ways of changing it that must be noticed.
    gensim : callable, optional
        As ``read``, by gensim.
    part : callable
        Whether what was read is a part of what was written that may be read: of journals, some of the lines.
    """

    name: str
    file: str
    honest: bytes
    read: Callable[[Path], Any]
    other: Mutation
    seal: Callable[[bytes], bytes] | None = None
    noticed: Collection[str] = ("random", "mutated", "structured", "cut")
    gensim: Callable[[Path], Any] | None = None
    part: Callable[[Any, Any], bool] = lambda found, written: False


def kinds(folder: Path) -> Iterator[Kind]:
    """Yield all formats; ``folder`` is for the honest files."""
    corpus = w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1))
    model = w2v.train(corpus, CONFIG, progress=False)
    yield from _native(folder, corpus, model)
    yield _cache(folder)
    yield from _word2vec(folder, model.vectors)
    yield from _journals(folder)


# ------------------------------------------------------------------------------------------------------- native


def _native(folder: Path, corpus: w2v.EncodedCorpus, model: w2v.TrainedModel) -> Iterator[Kind]:
    def kind(name: str, read: Callable[[Path], Any]) -> Kind:
        path = folder / f"{name}.safetensors"
        return Kind(name, path.name, path.read_bytes(), read, mutations.other_native, mutations.seal_native)

    model.save(folder / "model.safetensors")
    yield kind("model", _read_model)
    model.vectors.save(folder / "vectors.safetensors")
    yield kind("vectors", _read_vectors)
    trainer = Trainer(corpus, CONFIG)
    trainer.advance(1)
    trainer.save(str(folder / "checkpoint.safetensors"))
    yield kind("checkpoint", lambda path: _read_checkpoint(path, corpus))


def _rows(words: list[Any], *matrices: Any) -> tuple[Any, ...]:
    """Return words and matrices as something that can be compared; check what every reader promises."""
    for matrix in matrices:
        assert matrix.shape[0] == len(words), "there must be one row for each word"
        assert np.isfinite(matrix).all(), "values must be finite"
    assert len(set(words)) == len(words), "words must differ"
    return (tuple(words), *(np.ascontiguousarray(matrix).tobytes() for matrix in matrices))


def _read_model(path: Path) -> Any:
    model = w2v.Word2Vec.load(str(path))
    found = _rows(model.wv.index_to_key, model.wv.vectors, model.syn1neg), json.dumps(model.get_latest_training_loss())
    model.wv.most_similar(model.wv.index_to_key[0])
    again = w2v.load(path)
    return *found, json.dumps(again.metadata, sort_keys=True), again.vocabulary.counts.tobytes()


def _read_vectors(path: Path) -> Any:
    vectors = w2v.KeyedVectors.load(str(path))
    vectors.most_similar(vectors.index_to_key[0])
    return *_rows(vectors.index_to_key, vectors.vectors), json.dumps(load(path).metadata, sort_keys=True)


def _read_checkpoint(path: Path, corpus: w2v.EncodedCorpus) -> Any:
    trainer = Trainer.resume(str(path), corpus, CONFIG)
    at = trainer.epoch, trainer.chunk, json.dumps([report.to_row() for report in trainer.reports])
    found = _rows(corpus.vocabulary.words, trainer.matrices.input, trainer.matrices.output)
    trainer.run(progress=False)
    return found, at


# -------------------------------------------------------------------------------------------------------- cache


def _cache(folder: Path) -> Kind:
    text, cache = folder / "t.txt", folder / "cache"
    text.write_text("\n".join(map(" ".join, SENTENCES)) + "\n", encoding="utf-8")
    options = w2v.VocabularyConfig(min_count=1)
    plain = w2v.encode(text, options, cache=cache)
    (path,) = cache.iterdir()

    def read(path: Path) -> Any:
        found = w2v.encode(text, options, cache=path.parent)
        if not found.from_cache:
            assert np.array_equal(found.tokens, plain.tokens), "the text must be read again"
            return None
        assert not len(found.tokens) or found.tokens.max() < len(found.vocabulary), "tokens must be rows"
        arrays = found.tokens, found.offsets, found.vocabulary.counts
        return tuple(found.vocabulary.words), repr(found.ledger), *(array.tobytes() for array in arrays)

    return Kind("cache", path.name, path.read_bytes(), read, mutations.other_entry, mutations.seal_entry)


# ----------------------------------------------------------------------------------------------- word2vec's formats


def _word2vec(folder: Path, vectors: w2v.KeyedVectors) -> Iterator[Kind]:
    texts = dict.fromkeys((".txt", ".vec"), mutations.other_text)
    for suffix, other in ({".bin": mutations.other_binary} | texts).items():
        path = folder / f"plain{suffix}"
        binary = suffix == ".bin"
        vectors.save_word2vec_format(path, binary=binary, write_header=suffix != ".vec")
        name = "no header (.vec)" if suffix == ".vec" else suffix
        gensim = _gensim_reader(binary=binary, no_header=suffix == ".vec")
        honest = path.read_bytes()
        yield Kind(name, path.name, honest, _read_word2vec, other, noticed=(), gensim=gensim)
        for packed, pack in PACK.items() if suffix != ".vec" else ():
            name, noticed = suffix + packed, ("random", "mutated", "cut")
            inside = _inside(honest, pack, other)
            yield Kind(name, path.name + packed, pack(honest), _read_word2vec, inside, noticed=noticed, gensim=gensim)


def _inside(plain: bytes, pack: Callable[[bytes], bytes], other: Mutation) -> Mutation:
    """Return a change of what is compressed, whose checksums are then right."""
    return lambda data, draw: pack(other(plain, draw))


def _read_word2vec(path: Path) -> Any:
    contents = load(path)
    return _rows(contents.words, contents.vectors)


def _gensim_reader(*, binary: bool, no_header: bool) -> Callable[[Path], Any] | None:
    """Return gensim's reader, as a function like those of w2v; None if gensim is not installed."""
    try:
        from gensim.models import KeyedVectors
    except ImportError:
        return None
    logging.getLogger("gensim").setLevel(logging.CRITICAL)

    def read(path: Path) -> Any:
        vectors = KeyedVectors.load_word2vec_format(str(path), binary=binary, no_header=no_header)
        return tuple(vectors.index_to_key), vectors.vectors.tobytes()

    return read


# ----------------------------------------------------------------------------------------------------- journals


def _journals(folder: Path) -> Iterator[Kind]:
    lines: list[dict[str, Any]] = [{"kind": "header", "subject": {"text": "ab"}, "about": {"date": "today"}}]
    lines += [{"kind": "speed", "workers": 1, "number": n, "w2v": {"loss": [0.5]}, "gensim": {}} for n in (1, 2)]
    for name, read in (("journal", _read_lines), ("compare journal", _read_comparison)):
        path = folder / f"{name.split()[0]}" / "runs.jsonl"
        with open_json_lines(path, "comparison") as book:
            for line in lines:
                book.append(line)
        honest = path.read_bytes()
        yield Kind(name, "runs.jsonl", honest, read, mutations.other_journal, mutations.seal_journal, part=_is_part)


def _read_lines(path: Path) -> Any:
    return [json.dumps(line) for line in read_json_lines(path, "comparison", lambda line: line)]


def _read_comparison(path: Path) -> Any:
    with open_journal(path.parent, {"text": "ab"}, {"date": "today"}) as journal:
        found = [json.dumps(record) for record in journal.records]
        journal.find(Step("speed", 1, 1))
        with suppress(FormatError):  # the runs are made up
            check_contents(journal)
        return [json.dumps({"kind": "header", "subject": {"text": "ab"}, "about": journal.about}), *found]


def _is_part(found: list[str], written: list[str]) -> bool:
    return set(found) <= set(written)
