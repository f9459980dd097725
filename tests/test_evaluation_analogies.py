"""Analogies: counted by hand on a toy, equal to a plain loop on random vectors, and every malformed file refused."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from w2v.errors import ConfigError, CorpusError, MissingExtraError, TextEncodingError, W2VError
from w2v.evaluation import AnalogyScore, AnalogySection, dataset, evaluate_analogies, read_analogies
from w2v.evaluation.solver import METHODS
from w2v.evaluation.solver import answer as answer_in
from w2v.vectors import KeyedVectors
from w2v.vectors import cosines as cosines_module
from w2v.vectors import scores as scores_module
from w2v.vectors import search as search_module
from w2v.vectors.cosines import SearchSpace

# king - man + woman = queen, and so on: (royal, female, child, other)
TOY = {
    "man": (0, 0, 0, 1),
    "woman": (0, 1, 0, 1),
    "king": (1, 0, 0, 1),
    "queen": (1, 1, 0, 1),
    "boy": (0, 0, 1, 1),
    "girl": (0, 1, 1, 1),
    "stone": (-1, -1, -1, 1),
}
FILE = """: family
man woman king queen
Man Woman Boy girl
man woman king pope

: gram1-nonsense
man king woman queen
man king woman stone
"""


def toy():
    return list(TOY), np.array(list(TOY.values()), dtype=np.float32)


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(FILE, encoding="utf-8")
    return path


def answer(vectors, questions, method, top=1):
    return answer_in(SearchSpace.of(vectors), questions, method, top)


def plain_loop(words, vectors, questions, method):
    """Answer one question at a time, one candidate at a time, in double precision."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    row = {word: i for i, word in enumerate(words)}

    def score(d, a, b, c):
        if method == "3cosadd":
            return unit[d] @ (unit[b] - unit[a] + unit[c])
        near_a, near_b, near_c = ((1 + unit[d] @ unit[x]) / 2 for x in (a, b, c))
        return near_b * near_c / (near_a + 1e-6)

    correct = 0
    for question in questions:
        a, b, c, d = (row[word] for word in question)
        candidates = [i for i in range(len(words)) if i not in (a, b, c)]
        correct += max(candidates, key=lambda i, abc=(a, b, c): score(i, *abc)) == d
    return correct


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_toy_is_counted_right(questions, method):
    result = evaluate_analogies(*toy(), questions, method=method)
    assert result.sections == (AnalogyScore("family", 2, 2, 3), AnalogyScore("gram1-nonsense", 1, 2, 2))
    assert result.total == AnalogyScore("total", 3, 4, 5)
    assert result.semantic == AnalogyScore("semantic", 2, 2, 3)
    assert result.syntactic == AnalogyScore("syntactic", 1, 2, 2)
    assert (result.total.accuracy, result.total.accuracy_of_all, result.total.coverage) == (0.75, 0.6, 0.8)


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_equal_to_a_plain_loop(method, dtype, monkeypatch):
    monkeypatch.setattr(search_module, "QUERIES_AT_ONCE", 7)  # many blocks, the last ones not full
    monkeypatch.setattr(search_module, "SCORES_AT_ONCE", 77)
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(60)]
    left, right = rng.normal(size=(6, 8)), rng.normal(size=(10, 8))
    vectors = (left[:, None] + right[None]).reshape(60, 8) + rng.normal(scale=0.5, size=(60, 8))
    vectors = vectors.astype(dtype)
    picks = [
        (i, j, k, m) for i in range(6) for j in range(6) for k in range(10) for m in range(10) if i != j and k != m
    ]
    asked = [
        tuple(f"w{10 * side + item}" for side, item in ((i, k), (j, k), (i, m), (j, m)))
        for i, j, k, m in (picks[n] for n in rng.choice(len(picks), 300, replace=False))
    ]
    expected = plain_loop(words, vectors.astype(np.float64), asked, method)
    assert 60 < expected < 280  # a test that random answers or perfect answers would pass is none
    result = evaluate_analogies(words, vectors, [AnalogySection("all", tuple(asked))], method=method)
    assert result.total == AnalogyScore("total", expected, 300, 300)


def test_methods_differ_where_they_should():
    """One large cosine outvotes two middling ones in a sum, not in a product (Levy & Goldberg 2014, section 6)."""
    unit = np.eye(3, 6, dtype=np.float32)
    one_sided, both_sides = (0.0, 0.99, 0.0), (0.05, 0.5, 0.5)
    tails = [np.sqrt(1 - np.square(cosines).sum()) for cosines in (one_sided, both_sides)]
    rows = [(*one_sided, tails[0], 0, 0), (*both_sides, 0, tails[1], 0)]
    unit = np.vstack([unit, np.array(rows, dtype=np.float32)])
    question = np.array([[0, 1, 2]])
    assert answer(unit, question, "3cosadd")[0, 0] == 3
    assert answer(unit, question, "3cosmul")[0, 0] == 4


def test_best_candidates_come_in_order_and_leave_out_the_question(monkeypatch):
    monkeypatch.setattr(search_module, "SCORES_AT_ONCE", 3)
    unit = np.array([[1, 0], [1, 0], [1, 0], [0.6, 0.8], [1, 0], [0.8, 0.6], [-1, 0]], dtype=np.float32)
    assert answer(unit, np.array([[0, 1, 2]]), "3cosadd", top=5).tolist() == [[4, 5, 3, 6, -1]]


def test_of_equal_scores_the_first_row_wins(monkeypatch):
    monkeypatch.setattr(search_module, "SCORES_AT_ONCE", 4)
    unit = np.ones((9, 1), dtype=np.float32)
    assert answer(unit, np.array([[0, 1, 2], [3, 4, 5]]), "3cosadd").tolist() == [[3], [0]]


def most_similar(keyed, question, method):
    a, b, c = (keyed.index_to_key[row] for row in question)
    ask = keyed.most_similar if method == "3cosadd" else keyed.most_similar_cosmul
    found = ask(positive=[b, c], negative=[a], topn=1)
    return keyed.key_to_index[found[0][0]] if found else -1


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(3, 60),
    dim=st.integers(1, 9),
    coarse=st.booleans(),  # whole numbers from -1 to 1: equal, opposite and zero rows are common
    block=st.sampled_from([1, 50, 1 << 21]),
)
@example(seed=0, rows=5, dim=1, coarse=True, block=1 << 21)
def test_query_and_score_give_one_answer(seed, rows, dim, coarse, block):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-1, 2, (rows, dim)) if coarse else rng.standard_normal((rows, dim))
    vectors = vectors.astype(np.float32)
    keyed = KeyedVectors.from_arrays([f"w{i}" for i in range(rows)], vectors)
    asked = rng.integers(0, rows, (25, 3))
    for method in METHODS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search_module, "SCORES_AT_ONCE", block)
            found = answer(vectors, asked, method)[:, 0]
        assert found.tolist() == [most_similar(keyed, question, method) for question in asked]


def test_query_and_score_agree_where_epsilon_decides():
    """Both candidates are all but opposite to a: with 0.001 in place of 1e-6 the second would win."""
    angles = np.radians([0, 350, 250, 178.5, 182.56])  # a, b, c, and two candidates
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    keyed = KeyedVectors.from_arrays(list("abcde"), vectors)
    assert most_similar(keyed, (0, 1, 2), "3cosmul") == answer(vectors, np.array([[0, 1, 2]]), "3cosmul")[0, 0] == 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cosines_module, "COSMUL_EPSILON", 0.001)
        patch.setattr(scores_module, "COSMUL_EPSILON", 0.001)
        assert answer(vectors, np.array([[0, 1, 2]]), "3cosmul")[0, 0] == 4


def test_vectors_that_are_nearly_one_point_are_told_apart():
    """So many candidates that they are scored by products of whole blocks: the same answers all the same."""
    rng = np.random.default_rng(9)
    vectors = (1 + 1e-4 * rng.standard_normal((700, 30))).astype(np.float32)
    vectors[5:600] = vectors[5]  # ties, too, by the hundred
    vectors[3] = 0
    keyed = KeyedVectors.from_arrays([f"w{i}" for i in range(700)], vectors)
    asked = rng.integers(0, 700, (40, 3))
    for method in METHODS:
        found = answer(vectors, asked, method)[:, 0].tolist()
        assert found == [most_similar(keyed, question, method) for question in asked]


def test_no_candidate_left_is_a_wrong_answer():
    sections = [AnalogySection("s", (("a", "b", "c", "a"),))]
    result = evaluate_analogies(["a", "b", "c"], np.eye(3), sections)
    assert result.total == AnalogyScore("total", 0, 1, 1)


def test_restrict_limits_known_words_and_candidates(questions):
    words, vectors = toy()
    result = evaluate_analogies(words, vectors, questions, restrict=4)
    assert result.candidates == 4
    assert result.sections == (AnalogyScore("family", 1, 1, 3), AnalogyScore("gram1-nonsense", 1, 1, 2))


def test_words_are_looked_up_as_written_then_in_lower_case(questions):
    words, vectors = toy()
    strict = evaluate_analogies(words, vectors, questions, case_insensitive=False)
    assert strict.sections[0] == AnalogyScore("family", 1, 1, 3)
    # "Boy" as written stands for a stone now, so the question with "Boy" is answered wrong.
    both = evaluate_analogies([*words, "Boy"], np.vstack([vectors, vectors[-1:]]), questions)
    assert both.sections[0] == AnalogyScore("family", 1, 2, 3)


def test_first_row_of_a_repeated_word_wins(questions):
    words, vectors = toy()
    again = evaluate_analogies([*words, "king"], np.vstack([vectors, -vectors[:1]]), questions)
    assert again.total == evaluate_analogies(words, vectors, questions).total


def test_half_precision_is_not_computed_in_half_precision(questions):
    words, vectors = toy()
    large = (300 * vectors).astype(np.float16)  # 300 squared is no float16
    assert evaluate_analogies(words, large, questions).total == evaluate_analogies(words, vectors, questions).total


def test_rounding_beyond_minus_one_turns_no_order_round():
    """A cosine a little below -1 must not make a quotient of two negative numbers win."""
    unit = np.array([[1, 0], [1, 0], [0.9, 0.1], [0, 1], [-1.00202, 0]])
    assert answer(unit, np.array([[0, 1, 2]]), "3cosmul")[0, 0] == 3


def test_zero_vectors_are_no_trouble(questions):
    words, vectors = toy()
    assert evaluate_analogies(words, np.zeros_like(vectors), questions).total.answered == 4


def test_nothing_answered_is_undefined_not_zero(questions):
    total = evaluate_analogies(["other"], np.ones((1, 2)), questions).total
    assert (total.accuracy, total.accuracy_of_all, total.coverage) == (None, 0.0, 0.0)
    assert str(total) == "total: undefined of 0 answered, 0.00 % of 5 asked, coverage 0.00 %"
    nothing = evaluate_analogies(["other"], np.ones((1, 2)), questions).to_dict()
    assert nothing["total"]["accuracy"] is None


def test_printed_and_json_forms_carry_the_coverage(questions):
    result = evaluate_analogies(*toy(), questions, method="3cosmul")
    assert str(result).splitlines() == [
        "Analogies, 3CosMul, 7 candidate words",
        "  family: 100.00 % of 2 answered, 66.67 % of 3 asked, coverage 66.67 %",
        "  gram1-nonsense: 50.00 % of 2 answered, 50.00 % of 2 asked, coverage 100.00 %",
        "  total: 75.00 % of 4 answered, 60.00 % of 5 asked, coverage 80.00 %",
    ]
    values = json.loads(json.dumps(result.to_dict()))
    assert values["total"]["coverage"] == 0.8
    assert [section["correct"] for section in values["sections"]] == [2, 1]
    assert (values["method"], values["candidates"]) == ("3cosmul", 7)


def test_reading(questions):
    assert [(section.name, len(section.questions)) for section in read_analogies(questions)] == [
        ("family", 3),
        ("gram1-nonsense", 2),
    ]
    questions.write_bytes(b"\xef\xbb\xbf:a\r\nx y z w\r\n")
    assert read_analogies(questions) == [AnalogySection("a", (("x", "y", "z", "w"),))]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"", CorpusError, "at least one line of words: got an empty file"),
        (b" \n\n", CorpusError, "got an empty file"),
        (b": a\n: b\n", CorpusError, "at least one question of four words: got only section names"),
        (b"a b c d\n", CorpusError, "line 1 must start a section, as in ': family': got 'a b c d'"),
        (b": s\na b c d\n\na b c\n", CorpusError, "line 4: a question must have four words: got 3"),
        (b": s\na b c d e\n", CorpusError, "line 2: a question must have four words: got 5"),
        (b":\na b c d\n", CorpusError, "line 1: a section must have a name, as in ': family': got none"),
        (b": s\na b c d\0\n", CorpusError, "it is a binary file, with a NUL at character 11"),
        (b": s\na \xff c d\n", TextEncodingError, "it is not UTF-8 text, from byte 6 on"),
    ],
)
def test_malformed_files(tmp_path, data, error, message):
    path = tmp_path / "questions.txt"
    path.write_bytes(data)
    with pytest.raises(error, match=message) as caught:
        read_analogies(path)
    assert "\n" not in str(caught.value)


def test_unreadable_files(tmp_path):
    with pytest.raises(CorpusError, match=r"cannot read .*none\.txt: No such file or directory"):
        read_analogies(tmp_path / "none.txt")
    with pytest.raises(CorpusError, match="not a regular file"):
        read_analogies(tmp_path)
    with pytest.raises(CorpusError, match="not a regular file"):
        read_analogies("/dev/zero")
    with pytest.raises(CorpusError, match="cannot read nul"):
        read_analogies("nul\0byte")


@settings(max_examples=200)
@given(data=st.binary(max_size=60) | st.text(": ab\n\t", max_size=60).map(str.encode))
@example(data=b": s\na b c d")
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "questions.txt"
    path.write_bytes(data)
    try:
        outcome = read_analogies(path)
    except W2VError as error:
        outcome = str(error)
    assert str(path) in outcome if isinstance(outcome, str) else any(section.questions for section in outcome)


@pytest.mark.parametrize(
    ("words", "vectors", "options", "message"),
    [
        (["a"], np.ones((2, 3)), {}, "1 word and 2 vectors"),
        ([], np.ones((0, 3)), {}, "0 words and 0 vectors"),
        (["a"], np.ones(3), {}, r"float64 of shape \(3,\)"),
        (["a"], np.ones((1, 3), dtype=int), {}, "int64 of shape"),
        (["a"], np.full((1, 3), np.nan), {}, "row 0 of the vectors holds NaN"),
        (
            ["a"],
            np.ones((1, 3)),
            {"restrict": 0},
            "restrict must be a positive number of rows, or None for all of them: got 0",
        ),
        (["a"], np.ones((1, 3)), {"method": "cosine"}, "method must be one of '3cosadd', '3cosmul': got 'cosine'"),
    ],
)
def test_bad_arguments(questions, words, vectors, options, message):
    with pytest.raises(ConfigError, match=message):
        evaluate_analogies(words, vectors, questions, **options)


def test_inputs_are_left_alone(questions):
    words, vectors = toy()
    before = vectors.copy()
    vectors.flags.writeable = False
    evaluate_analogies(words, vectors, questions, method="3cosmul")
    np.testing.assert_array_equal(vectors, before)


def test_unknown_dataset():
    with pytest.raises(ConfigError, match="one of questions-words, wordsim353, simlex999: got 'men'"):
        dataset("men")


def test_datasets_are_found_without_importing_gensim(tmp_path, monkeypatch):
    folder = tmp_path / "gensim"
    (folder / "test" / "test_data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "test" / "test_data" / "simlex999.txt").write_text("a\tb\t1\n")
    monkeypatch.delitem(__import__("sys").modules, "gensim", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert dataset("simlex999") == folder / "test" / "test_data" / "simlex999.txt"
    with pytest.raises(MissingExtraError, match=r'pip install "w2v\[gensim\]", or pass a file'):
        dataset("wordsim353")


def test_datasets_without_gensim(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"w2v\[gensim\]"):
        dataset("questions-words")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_quotes_of_questions(tmp_path, end):
    path = tmp_path / "questions.txt"
    path.write_bytes(end.join([": family", "man\twoman king queen", '"man" "woman" "king" "queen"', ""]).encode())
    question = ("man", "woman", "king", "queen")
    assert read_analogies(path) == [AnalogySection("family", (question, question))]
