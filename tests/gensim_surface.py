"""The table in docs/gensim-surface.md: ``python tests/gensim_surface.py --write`` writes it anew.

Every public name of gensim's Word2Vec, KeyedVectors, LineSentence and PathLineSentences, of the classes and of their
instances, is looked up in ours; so is every parameter of their constructors. A method is "same" only if it takes the same
parameters in the same order with the same defaults. What differs, or has no effect, has to be explained in `REMARKS`, and
what is missing in ``w2v/gensim_names.py``; anything else is an error, and so is an explanation of nothing.
"""

import importlib
import inspect
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import w2v
from w2v import gensim_names
from w2v.gensim_compat.parameters import ONE_VALUE

DOCUMENT = Path(__file__).parents[1] / "docs" / "gensim-surface.md"

SAME, BETTER, IDLE, REFUSED = "same", "better", "without effect", "refused"

FILES = "one safetensors file, written atomically, with digests; never a pickle; gensim's options have no effect"
RAISES_THERE = "works with a DeprecationWarning, where gensim 4 raises an error"
AUTOMATIC = "the table is always up to date, so the method does nothing"
STREAMS = "iteration splits sentences at `max_sentence_length` words; training reads the file in C and does not split"

# (class, name) to verdict and remark.
REMARKS: dict[tuple[str, str], tuple[str, str]] = {
    ("Word2Vec()", "sentences"): (
        BETTER,
        "read only once, so a generator works; sets, columns, integers, and with a tokenizer strings",
    ),
    ("Word2Vec()", "corpus_file"): (BETTER, "files, folders, URLs, standard input, compressed or not; tables"),
    ("Word2Vec()", "max_vocab_size"): (SAME, "selects the same vocabulary; hardly needed to save memory"),
    ("Word2Vec()", "workers"): (BETTER, "0 means every processor"),
    ("Word2Vec()", "sg"): (REFUSED, "only 1, which is the default here; gensim's is 0, CBOW"),
    ("Word2Vec()", "cbow_mean"): (SAME, "used by `predict_output_word`"),
    ("Word2Vec()", "hashfxn"): (IDLE, "nothing is hashed, in gensim 4 either"),
    ("Word2Vec()", "batch_words"): (IDLE, "there are no batches, and no sentence is truncated"),
    ("Word2Vec()", "compute_loss"): (IDLE, "the loss is always computed"),
    ("Word2Vec()", "trim_rule"): (BETTER, "also applies to later calls of `build_vocab`"),
    ("Word2Vec()", "callbacks"): (
        BETTER,
        "also called in the first `train`; a callback that returns True stops training",
    ),
    ("Word2Vec", "build_vocab"): (BETTER, "keeps the encoded corpus; `update=True` is safe after any change of `wv`"),
    ("Word2Vec", "corpus_count"): (SAME, "sentences without a word are not counted"),
    ("Word2Vec", "cum_table"): (SAME, "follows the counts; cannot be assigned"),
    ("Word2Vec", "make_cum_table"): (IDLE, AUTOMATIC),
    ("Word2Vec", "estimate_memory"): (BETTER, "also includes the noise pool, workspaces and the current process"),
    ("Word2Vec", "get_latest_training_loss"): (
        BETTER,
        "the same sum, exact; gensim's saturates, and its threads overwrite it",
    ),
    ("Word2Vec", "running_training_loss"): (BETTER, "the same sum, exact; means per epoch are in `reports`"),
    ("Word2Vec", "init_sims"): (SAME, "with a DeprecationWarning"),
    ("Word2Vec", "load"): (BETTER, FILES),
    ("Word2Vec", "save"): (BETTER, FILES),
    ("Word2Vec", "predict_output_word"): (BETTER, "does not overflow"),
    ("Word2Vec", "reset_from"): (BETTER, "nothing is shared, so both models can be trained further"),
    ("Word2Vec", "sg"): (REFUSED, "only 1"),
    ("Word2Vec", "hs"): (REFUSED, "only 0"),
    ("Word2Vec", "null_word"): (REFUSED, "only 0"),
    ("Word2Vec", "hashfxn"): (IDLE, "nothing is hashed, in gensim 4 either"),
    ("Word2Vec", "batch_words"): (IDLE, "there are no batches, and no sentence is truncated"),
    ("Word2Vec", "compute_loss"): (IDLE, "the loss is always computed"),
    ("Word2Vec", "train"): (
        BETTER,
        "`epochs`, `total_examples` and the corpus may be omitted; can be resumed; stops cleanly on Ctrl-C",
    ),
    ("Word2Vec", "wv"): (BETTER, "can be edited or replaced at any time; output vectors follow their words"),
    ("Word2Vec", "syn1neg"): (BETTER, "always has the rows of `wv`; assignment copies"),
    ("KeyedVectors()", "count"): (BETTER, "only reserves memory: the object is empty until words are added"),
    ("KeyedVectors()", "dtype"): (SAME, "float32 or float16"),
    ("KeyedVectors()", "mapfile_path"): (IDLE, "has none in gensim either"),
    ("KeyedVectors", "add_vector"): (BETTER, "adding words one by one takes linear time, without a warning"),
    ("KeyedVectors", "add_vectors"): (BETTER, "checks lengths and repeated words first; `extras` work"),
    ("KeyedVectors", "get_index"): (BETTER, "the error for an unknown word suggests similar ones"),
    ("KeyedVectors", "get_vector"): (BETTER, "has `default=` for unknown words"),
    ("KeyedVectors", "most_similar"): (
        BETTER,
        "exact, in a defined order; has `ignore_missing=`; see also `most_similar_batch`",
    ),
    ("KeyedVectors", "evaluate_word_analogies"): (
        BETTER,
        "a malformed line is an error; `similarity_function` takes effect",
    ),
    ("KeyedVectors", "evaluate_word_pairs"): (BETTER, "a malformed line is an error, which gives the line number"),
    ("KeyedVectors", "distances"): (BETTER, "the cosine with a row of zeros is 0, as in every query"),
    ("KeyedVectors", "n_similarity"): (BETTER, "an empty set of words raises ConfigError instead of ZeroDivisionError"),
    ("KeyedVectors", "index2entity"): (BETTER, RAISES_THERE),
    ("KeyedVectors", "index2word"): (BETTER, RAISES_THERE),
    ("KeyedVectors", "vectors_norm"): (BETTER, RAISES_THERE),
    ("KeyedVectors", "vocab"): (BETTER, RAISES_THERE),
    ("KeyedVectors", "init_sims"): (SAME, "with a DeprecationWarning"),
    ("KeyedVectors", "word_vec"): (SAME, "with a DeprecationWarning"),
    ("KeyedVectors", "words_closer_than"): (SAME, "with a DeprecationWarning"),
    ("KeyedVectors", "intersect_word2vec_format"): (
        BETTER,
        "the default `lockf=0.0` works without preparing `vectors_lockf`",
    ),
    ("KeyedVectors", "load"): (BETTER, FILES),
    ("KeyedVectors", "save"): (
        BETTER,
        FILES + "; or Parquet or word2vec's formats, by the extension: .parquet, .bin, .txt, .vec",
    ),
    ("KeyedVectors", "load_word2vec_format"): (
        BETTER,
        "refuses damaged files and hostile headers; reports what it repaired",
    ),
    ("KeyedVectors", "save_word2vec_format"): (
        BETTER,
        "atomic; refuses words that could not be read back; `append=True` is not supported",
    ),
    ("KeyedVectors", "key_to_index"): (SAME, "assignment also updates `index_to_key`"),
    ("KeyedVectors", "index_to_key"): (SAME, "assignment also updates `key_to_index`"),
    ("KeyedVectors", "norms"): (SAME, "read-only; assigning None recomputes them"),
    ("KeyedVectors", "set_vecattr"): (BETTER, "a wider type widens the attribute, where gensim raises an error"),
    ("KeyedVectors", "allocate_vecattrs"): (BETTER, "a wider type widens the attribute, where gensim raises an error"),
    ("KeyedVectors", "sort_by_descending_frequency"): (
        BETTER,
        "words of equal count keep their order, which gensim reverses",
    ),
    ("KeyedVectors", "vectors_for_all"): (BETTER, "unknown words are left out, as in gensim, in one step"),
    ("KeyedVectors", "vectors_lockf"): (
        BETTER,
        "an array with one factor per word grows and is sorted with the words, and is saved",
    ),
    ("KeyedVectors", "wmdistance"): (SAME, 'needs POT: `pip install "w2v[wmd]"`'),
    ("LineSentence()", "source"): (BETTER, "also .xz and .zst"),
    ("LineSentence()", "max_sentence_length"): (SAME, STREAMS),
    ("PathLineSentences()", "source"): (BETTER, "also .xz and .zst; subfolders and hidden files are skipped"),
    ("PathLineSentences()", "max_sentence_length"): (SAME, STREAMS),
}

HEADER = """# gensim's surface, name by name

Written by `python tests/gensim_surface.py --write` from gensim {version} and checked by `tests/test_gensim_surface.py`:
every public name of four gensim classes and of their instances, and every parameter of their constructors. "Same" means the
same parameters, defaults and types of results; "better", the same with the improvement in the last column; "without effect",
accepted and ignored, because nothing depends on it; "refused", an error that gives the reason.

Also importable from `w2v`: `Text8Corpus`, `CallbackAny2Vec` (gensim's own callbacks work unchanged), `RULE_KEEP`,
`RULE_DISCARD`, `RULE_DEFAULT` (gensim's values). Names of gensim 3 (`size=`, `iter=`, `model.most_similar`, `wv.vocab`,
`wv.index2word`, ...) work with a DeprecationWarning that gives the current name.
"""


def subjects() -> Iterator[tuple[str, Any, Any, Any, Any]]:
    """Yield each class of gensim's by name, one of its instances, and the same of ours."""
    models = importlib.import_module("gensim.models.word2vec")
    texts = importlib.import_module("gensim.test.utils").common_texts
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so little text may train nothing
        file = Path(folder) / "text"
        file.write_text("a b\n", encoding="utf-8")
        theirs = models.Word2Vec(texts, min_count=1, sg=1)
        ours = w2v.Word2Vec(texts, min_count=1)
        yield "Word2Vec", models.Word2Vec, theirs, w2v.Word2Vec, ours
        yield "KeyedVectors", models.KeyedVectors, theirs.wv, w2v.KeyedVectors, ours.wv
        for name in ("LineSentence", "PathLineSentences"):
            one, other = getattr(models, name), getattr(w2v, name)
            yield name, one, one(str(file)), other, other(str(file))


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield (class, name, verdict, remark) for everything there is."""
    unused = dict(REMARKS)
    for name, their_class, theirs, our_class, ours in subjects():
        for parameter in parameters(their_class):
            verdict, remark = unused.pop((f"{name}()", parameter), (SAME, ""))
            if not is_same_parameter(their_class, our_class, parameter) and verdict != REFUSED:
                raise SystemExit(f"{name}({parameter}=): is missing, or has another place or default")
            if parameter in ONE_VALUE and verdict != REFUSED:
                allowed, reason = ONE_VALUE[parameter]
                verdict, remark = REFUSED, f"only {allowed}: {reason}"
            yield f"{name}()", parameter, verdict, remark
        for attribute in sorted({n for n in [*dir(their_class), *vars(theirs)] if not n.startswith("_")}):
            yield name, attribute, *judge(name, attribute, their_class, our_class, ours, unused)
    if unused:
        raise SystemExit(f"explained, but not there: {sorted(unused)}")


def judge(
    name: str,
    attribute: str,
    their_class: Any,
    our_class: Any,
    ours: Any,
    unused: dict[tuple[str, str], tuple[str, str]],
) -> tuple[str, str]:
    """Return the verdict on one name of a class and its instances, and the remark."""
    reasons = _not_offered(name)
    if attribute in reasons:
        return REFUSED, reasons[attribute]
    if attribute not in dir(ours):
        raise SystemExit(f"{name}.{attribute} is missing, and w2v/gensim_names.py has no reason for that")
    remark = unused.pop((name, attribute), None)
    method = getattr(their_class, attribute, None)
    if callable(method) and not is_same_call(method, getattr(ours, attribute)) and remark is None:
        raise SystemExit(f"{name}.{attribute} takes other parameters, and REMARKS has no word about it")
    return remark or (SAME, "")


def _not_offered(name: str) -> Mapping[str, str]:
    tables = {"Word2Vec": gensim_names.OF_MODELS, "KeyedVectors": gensim_names.OF_VECTORS}
    return tables[name].not_offered if name in tables else {}


def parameters(function: Any) -> dict[str, Any]:
    """Return the parameters that may be given by place, with their defaults; none of a function that takes anything."""
    found = inspect.signature(function).parameters.values()
    if any(p.kind is p.VAR_POSITIONAL for p in found):
        return {}
    return {p.name: p.default for p in found if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"}


def is_same_parameter(theirs: Any, ours: Any, name: str) -> bool:
    """Whether a parameter stands in the same place, with the same default."""
    one, other = list(parameters(theirs).items()), list(parameters(ours).items())
    place = [parameter for parameter, _ in one].index(name)
    return place < len(other) and other[place] == one[place]


def is_same_call(theirs: Any, ours: Any) -> bool:
    """Whether all calls of gensim's method mean the same here; unknown, and so false, if it takes anything."""
    known = parameters(theirs)
    if not known and len(inspect.signature(theirs).parameters) > 1:
        return False
    return all(is_same_parameter(theirs, ours, name) for name in known)


def document() -> str:
    """Return the whole document."""
    gensim = importlib.import_module("gensim")
    lines = [HEADER.format(version=gensim.__version__)]
    before = ""
    for name, attribute, verdict, remark in rows():
        if name != before:
            lines += ["", f"## {name}", "", "| name | here | |", "|---|---|---|"]
            before = name
        lines.append(f"| `{attribute}` | {verdict} | {remark} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = document()
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
