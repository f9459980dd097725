"""gensim's own tests of Word2Vec, KeyedVectors and Phrases, run against w2v: ``python tests/gensim_suite.py``.

The three test files are those of the gensim that is installed; the names under which they know gensim's classes are made to
mean ours. Every test is listed as

    passed       it ran to its end
    refused      it asks for what w2v refuses on purpose, and was refused by exactly that error (table `REFUSED`)
    different    w2v gives another answer on purpose (table `DIFFERENT`)
    foreign      it passed, but exercises a part of gensim that w2v does not replace (table `FOREIGN`)
    skipped      gensim's own condition for running it is not met
    failed       anything else; also a test of one of the tables that behaves otherwise than the table says

The exit code is 1 if one failed. Needed besides gensim: testfixtures (its tests import it) and POT.
"""

import argparse
import importlib
import json
import sys
import tempfile
import unittest
from collections import Counter
from dataclasses import asdict, dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import w2v
from w2v.gensim_compat import phrases

OUTCOMES = ("passed", "refused", "different", "foreign", "skipped", "failed")

CBOW = ("it trains CBOW (sg=0); w2v is a skip-gram engine", "sg must be 1")
SOFTMAX = ("it trains by hierarchical softmax (hs=1); w2v trains by negative sampling", "hs must be 0")
PICKLE = ("it opens a pickled gensim model; `w2v convert --trust-pickle` is the door for those", "is a pickle")
LETTERS = (
    "it passes strings for sentences, of which gensim trains the letters after a line in the log",
    "must be a list of words, not a string",
)

# Class and test, why it is refused, and what the error that refuses it says.
REFUSED: dict[str, tuple[str, str]] = {
    "TestWord2VecModel.test_build_vocab_from_freq": SOFTMAX,
    "TestWord2VecModel.test_build_vocab_warning": LETTERS,
    "TestWord2VecModel.test_cbow_fixedwindowsize": CBOW,
    "TestWord2VecModel.test_cbow_fixedwindowsize_fromfile": CBOW,
    "TestWord2VecModel.test_cbow_hs": CBOW,
    "TestWord2VecModel.test_cbow_hs_fromfile": CBOW,
    "TestWord2VecModel.test_cbow_hs_online": CBOW,
    "TestWord2VecModel.test_cbow_neg": CBOW,
    "TestWord2VecModel.test_cbow_neg_fromfile": CBOW,
    "TestWord2VecModel.test_cbow_neg_online": CBOW,
    "TestWord2VecModel.test_compute_training_loss": SOFTMAX,
    "TestWord2VecModel.test_cosmul": SOFTMAX,
    "TestWord2VecModel.test_load_old_model": PICKLE,
    "TestWord2VecModel.test_load_old_model_separates": PICKLE,
    "TestWord2VecModel.test_load_old_models_1_x": PICKLE,
    "TestWord2VecModel.test_load_old_models_2_x": PICKLE,
    "TestWord2VecModel.test_load_old_models_3_x": PICKLE,
    "TestWord2VecModel.test_locking": CBOW,
    "TestWord2VecModel.test_online_learning": SOFTMAX,
    "TestWord2VecModel.test_online_learning_from_file": SOFTMAX,
    "TestWord2VecModel.test_persistence_backwards_compatible": PICKLE,
    "TestWord2VecModel.test_predict_output_word": SOFTMAX,
    "TestWord2VecModel.test_prune_vocab": SOFTMAX,
    "TestWord2VecModel.test_scoring": SOFTMAX,
    "TestWord2VecModel.test_sg_fixedwindowsize_fromfile": SOFTMAX,
    "TestWord2VecModel.test_sg_hs": SOFTMAX,
    "TestWord2VecModel.test_sg_hs_fromfile": SOFTMAX,
    "TestWord2VecModel.test_sg_hs_online": SOFTMAX,
    "TestWord2VecModel.test_similar_by": SOFTMAX,
    "TestWord2VecModel.test_similarities": CBOW,
    "TestWord2VecModel.test_train_hs_and_neg": SOFTMAX,
    "TestWord2VecModel.test_train_with_explicit_param": SOFTMAX,
    "TestWord2VecModel.test_training": SOFTMAX,
    "TestWord2VecModel.test_training_cbow": CBOW,
    "TestWord2VecModel.test_training_cbow_negative": CBOW,
    "TestWord2VecModel.test_training_from_file": SOFTMAX,
    "TestWord2VecModel.test_vocab": SOFTMAX,
    "Gensim320Test.test": PICKLE,
    "TestFrozenPhrasesModelCompatibility.test_compatibility": PICKLE,
    "TestFrozenPhrasesPersistence.test_save_load_no_common_terms": PICKLE,
    "TestFrozenPhrasesPersistence.test_save_load_no_scoring": PICKLE,
    "TestFrozenPhrasesPersistence.test_save_load_string_scoring": PICKLE,
    "TestPhrasesPersistence.test_save_load_no_common_terms": PICKLE,
    "TestPhrasesPersistence.test_save_load_no_scoring": PICKLE,
    "TestPhrasesPersistence.test_save_load_string_scoring": PICKLE,
}

PRUNING = "max_vocab_size bounds the pairs; words are counted exactly, so that no score can be wrong"

# Class and test, and why w2v differs on purpose.
DIFFERENT: dict[str, str] = {
    "TestFrozenPhrasesPersistence.test_save_load_custom_scorer": "a file of phrases holds no function",
    "TestPhrasesModel.test_export_phrases": "gensim splits tokens that were merged before, and exports them as new phrases",
    "TestPhrasesModel.test_pruning": PRUNING,
    "TestPhrasesModelCommonTerms.test_pruning": PRUNING,
}

CHANCE = {"TestWord2VecModel.test_evaluate_word_analogies"}
"""Tests that a sound model fails now and then, and that are tried again: after training by three racing threads on a tiny
text, this one wants two different scorings of analogies, each with one or two right answers, to agree to the last digit."""
TRIES = 5

FOREIGN: dict[str, str] = {
    "TestWord2VecScripts.test_word2vec_stand_alone_script": "it starts gensim's command line in a process of its own",
    "TestWord2VecSentenceIterators.test_cython_line_sentence_works_with_filename": "it reads with a private Cython class",
}


@dataclass(frozen=True)
class Verdict:
    """What became of one test: its file, class and name, the outcome, and the reason for it."""

    file: str
    name: str
    outcome: str
    reason: str


def load_word2vec_tests() -> ModuleType:
    """Return gensim's test_word2vec, to which `word2vec` and `keyedvectors` mean ours."""
    module = importlib.import_module("gensim.test.test_word2vec")
    module.word2vec = _with_ours(module.word2vec)
    module.keyedvectors = _with_ours(module.keyedvectors)
    return module


def load_keyedvectors_tests() -> ModuleType:
    """Return gensim's test_keyedvectors, to which `KeyedVectors` and `gensim.models` mean ours."""
    module = importlib.import_module("gensim.test.test_keyedvectors")
    theirs = module.gensim
    keyedvectors = _with_ours(theirs.models.keyedvectors, _load_word2vec_format=_load_word2vec_format)
    module.KeyedVectors = w2v.KeyedVectors
    module.gensim = SimpleNamespace(
        models=_with_ours(theirs.models, keyedvectors=keyedvectors), test=theirs.test, utils=theirs.utils
    )
    return module


def load_phrases_tests() -> ModuleType:
    """Return gensim's test_phrases, to which `Phrases`, `FrozenPhrases` and `original_scorer` mean ours."""
    module = importlib.import_module("gensim.test.test_phrases")
    for name in ("Phrases", "FrozenPhrases", "original_scorer"):
        setattr(module, name, getattr(phrases, name))
    return module


def _with_ours(module: ModuleType, **others: Any) -> SimpleNamespace:
    """Return a module's names, with ours in place of gensim's where both have them."""
    names = dict(vars(module))
    return SimpleNamespace(**names | {name: getattr(w2v, name) for name in w2v.__all__ if name in names} | others)


def _load_word2vec_format(cls: type[w2v.KeyedVectors], *, binary_chunk_size: int, **options: Any) -> w2v.KeyedVectors:
    """Stand in for gensim's private reader: the sizes of its chunks mean nothing to ours, the rest does."""
    return cls.load_word2vec_format(**options)


class Listing(unittest.TestResult):
    """Collects a verdict on each test."""

    def __init__(self) -> None:
        super().__init__()
        self.verdicts: list[Verdict] = []

    def addSuccess(self, test: unittest.TestCase) -> None:
        name = _name(test)
        if name in REFUSED or name in DIFFERENT:
            self._add(test, "failed", "a table says that it is refused or different, but it passes")
        else:
            self._add(test, "foreign" if name in FOREIGN else "passed", FOREIGN.get(name, ""))

    def addFailure(self, test: unittest.TestCase, error: Any) -> None:
        self.addError(test, error)

    def addError(self, test: unittest.TestCase, error: Any) -> None:
        kind, problem, _ = error
        if _name(test) in DIFFERENT and kind is AssertionError:
            self._add(test, "different", DIFFERENT[_name(test)])
            return
        reason, sign = REFUSED.get(_name(test), ("", ""))
        if reason and issubclass(kind, w2v.errors.W2VError) and sign in str(problem):
            self._add(test, "refused", reason)
        else:
            self._add(test, "failed", f"{kind.__name__}: {problem}")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self._add(test, "skipped", reason)

    def _add(self, test: unittest.TestCase, outcome: str, reason: str) -> None:
        self.verdicts.append(Verdict(type(test).__module__, _name(test), outcome, reason))


def _name(test: unittest.TestCase) -> str:
    return test.id().split(".", test.id().count(".") - 1)[-1]


def _verdicts(test: unittest.TestCase) -> list[Verdict]:
    for _ in range(TRIES if _name(test) in CHANCE else 1):
        listing = Listing()
        test.run(listing)
        if all(verdict.outcome != "failed" for verdict in listing.verdicts):
            break
    return listing.verdicts


def run(pattern: str = "") -> list[Verdict]:
    """Run gensim's tests whose names hold ``pattern``, and those that the tables name but gensim has not."""
    listing = Listing()
    found = set()
    with tempfile.TemporaryDirectory(prefix="w2v-gensim-") as folder:
        tempfile.tempdir = folder  # gensim's tests write files of fixed names there
        for module in (load_word2vec_tests(), load_keyedvectors_tests(), load_phrases_tests()):
            for suite in unittest.defaultTestLoader.loadTestsFromModule(module):
                for test in suite:
                    found.add(_name(test))
                    if pattern in _name(test):
                        listing.verdicts += _verdicts(test)
        tempfile.tempdir = None
    unknown = sorted((REFUSED.keys() | DIFFERENT.keys() | FOREIGN.keys()) - found)
    return listing.verdicts + [Verdict("tables", name, "failed", "gensim has no such test") for name in unknown]


def main() -> int:
    """Run and list all tests, or those whose names hold a pattern."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pattern", nargs="?", default="", help="run only tests whose names hold this")
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    options = parser.parse_args()
    verdicts = run(options.pattern)
    counts = Counter(verdict.outcome for verdict in verdicts)
    lines = [f"{v.outcome:9} {v.name}" + (f": {v.reason}" if v.reason else "") for v in verdicts]
    lines.append(", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES))
    sys.stdout.write(json.dumps([asdict(v) for v in verdicts]) if options.json else "\n".join(lines) + "\n")
    return int(any(verdict.outcome == "failed" for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
