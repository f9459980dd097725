"""What a page of `w2v explore` holds: words, codes, map, clusters, column, origin, reports."""

import base64
import html
import json
import re
import socket
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import w2v
from w2v import KeyedVectors
from w2v.cli import main
from w2v.errors import (
    ArgumentError,
    ConfigError,
    CorpusError,
    CorpusWarning,
    FormatError,
    MissingExtraError,
    UnreadableFileError,
)
from w2v.explorer import clusters, layouts, page, reports, tsne
from w2v.explorer.choice import choose
from w2v.explorer.codes import codes, packed, precision
from w2v.explorer.columns import Column
from w2v.explorer.neighbours import nearest_rows
from w2v.explorer.origin import command, sections
from w2v.vectors.cosines import unit

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    "]]>",
    "&amp;",
    '"',
    "\u2028",
    "\x00",
    "\r\n",
    "\u202eabc",
    "\ufeff",
    "a" * 1000,
]


def random_vectors(words, dim=8, seed=1, **more):
    rows = np.random.default_rng(seed).normal(size=(words if isinstance(words, int) else len(words), dim))
    names = [f"w{i}" for i in range(words)] if isinstance(words, int) else words
    return KeyedVectors.from_arrays(names, rows.astype(np.float32), **more)


def blocks(made):
    """Return the two blocks of a page as a browser reads them."""
    text = made.html.decode()
    found = dict(re.findall(r'<script type="[a-z/]+" id="(w2v-[a-z]+)">(.*?)</script>', text, re.DOTALL))
    about = json.loads(found["w2v-about"])
    numbers = base64.b64decode(found["w2v-numbers"])
    arrays = {
        name: np.frombuffer(numbers, f"<{kind}", length, offset)
        for name, (kind, offset, length) in about["arrays"].items()
    }
    return about["meta"], arrays


def unpacked(data, dim):
    """Return the codes of packed rows, as data.ts does it."""
    values = len(data) * 2 // 3 if len(data) % 3 == 0 else (2 * len(data) - 1) // 3
    high = data[:values].view(np.int8).astype(int)
    low = np.stack([data[values:] & 15, data[values:] >> 4], axis=1).ravel()[:values]
    return (high * 16 + low).reshape(-1, dim)


def test_a_page_holds_the_most_frequent_words_and_their_rows():
    counts = np.arange(1, 61)
    vectors = random_vectors(60, counts=counts)
    meta, arrays = blocks(w2v.explore(vectors, words=20, layout="pca"))
    assert meta["words"] == [f"w{i}" for i in range(59, 39, -1)]
    assert arrays["counts0"].tolist() == list(range(60, 40, -1))
    assert arrays["rank0"].tolist() == list(range(1, 21))
    assert np.allclose(arrays["norms0"], vectors.norms[59:39:-1])
    assert meta["precision"]["bits"] == 12
    rows = unpacked(arrays["rows0"], 8)
    assert np.abs(unit(rows) - unit(vectors.vectors[59:39:-1])).max() < 1e-3
    assert np.abs(arrays["position"]).max() == 32767
    assert set(arrays["cluster"]) <= set(range(len(meta["clusters"])))


def test_the_same_seed_gives_the_same_bytes():
    vectors = random_vectors(300)
    first, again = (w2v.explore(vectors, seed=7).html for _ in range(2))
    assert first == again
    assert first != w2v.explore(vectors, seed=8).html


def test_the_number_of_threads_changes_nothing():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    first, second = random_vectors(3000, dim=60), random_vectors(3000, dim=60, seed=2)
    made = []
    for threads in (1, 2):
        with threadpoolctl.threadpool_limits(threads):
            made.append(w2v.explore(first, second, layout="pca").html)
    assert made[0] == made[1]


@given(
    arrays_of.arrays(
        np.float32, st.tuples(st.integers(1, 9), st.integers(1, 7)), elements=st.floats(-(2.0**99), 2.0**99, width=32)
    )
)
def test_codes_survive_packing(matrix):
    made = codes(matrix, 12)
    assert (unpacked(packed(made), matrix.shape[1]) == made).all()
    largest = np.abs(matrix.astype(float)).max(axis=1, keepdims=True)
    assert (np.abs(made / 2047 * largest - matrix) <= largest / 2047 * 0.501).all()


def test_neighbours_by_codes_are_those_of_float32(novel):
    found = w2v.explore(novel, layout="pca").about["precision"]
    assert found["tried"] == 1000
    assert found["bits"] == 16  # words of a small text are all alike
    assert found["positions"] <= 0.01
    assert found["members"] <= 0.002


def test_precision_counts_what_differs():
    units = unit(np.random.default_rng(1).normal(size=(50, 4)))
    other = units[::-1].copy()
    found = precision(units, other, 12, seed=1)
    near = [np.argsort(-(rows @ rows.T - 9 * np.eye(50)), axis=1)[:, :10] for rows in (units, other)]
    assert found.positions == pytest.approx((near[0] != near[1]).mean())
    assert found.members == pytest.approx(1 - np.mean([len({*a} & {*b}) / 10 for a, b in zip(*near, strict=True)]))


def test_words_of_the_column_come_first():
    vectors = random_vectors(30, counts=np.arange(30, 0, -1))
    assert choose([vectors], 3, ["w20", "w29", "unknown"]) == ["w0", "w20", "w29"]
    assert choose([vectors], 1, ["w20", "w29"]) == ["w20"]


def test_of_two_models_the_larger_share_counts():
    first = random_vectors(["a", "b", "c"], counts=[98, 1, 1])
    second = random_vectors(["c", "d"], counts=[9, 1])
    assert choose([first, second], 3) == ["a", "c", "d"]


def test_words_without_counts_are_taken_in_the_order_of_rows():
    meta, arrays = blocks(w2v.explore(random_vectors(5), words=3, layout="pca"))
    assert meta["words"] == ["w0", "w1", "w2"]
    assert meta["models"][0]["counted"] is False
    assert arrays["counts0"].tolist() == [0, 0, 0]


def test_words_are_data_whatever_they_contain():
    vectors = random_vectors(HOSTILE)
    made = w2v.explore(vectors, layout="pca", names=["</title><script>alert(2)</script>"])
    assert blocks(made)[0]["words"] == HOSTILE
    text = made.html.decode()
    assert "alert(1)" in text
    assert "<script>alert" not in text
    assert text.count("</script>") == 3  # two blocks and the program
    assert "<title>&lt;/title&gt;" in text


def test_lone_surrogates_reach_the_page():
    vectors = random_vectors(["\ud800", "b"])
    meta, _ = blocks(w2v.explore(vectors, layout="pca", names=["\udfff"]))
    assert meta["words"] == ["\ud800", "b"]
    assert meta["title"] == "\udfff"


def test_the_policy_of_the_page_allows_its_own_script_and_style_alone():
    import hashlib

    text = page.template()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name, element in (("script", "script"), ("style", "style")):
        content = re.search(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_integers_are_words():
    sentences = [[1, 2, 3, 4]] * 50
    model = w2v.train(
        w2v.encode(sentences, w2v.VocabularyConfig(min_count=1)), w2v.TrainConfig(vector_size=4, workers=1)
    )
    assert sorted(w2v.explore(model, layout="pca").about["words"]) == ["1", "2", "3", "4"]


def test_a_zero_vector_has_no_neighbours():
    rows = np.eye(6, dtype=np.float32)
    rows[2] = 0
    meta, arrays = blocks(w2v.explore(KeyedVectors.from_arrays(list("abcdef"), rows), layout="pca"))
    assert arrays["hubs"][2] == 0
    assert meta["words"][2] == "c"


def test_one_word_is_a_page():
    assert blocks(w2v.explore(random_vectors(1), layout="pca"))[0]["words"] == ["w0"]


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"words": 0}, ConfigError, "words must be"),
        ({"words": 10**6}, ConfigError, "at most 200000|to 200000"),
        ({"layout": "circle"}, ConfigError, "layout"),
        ({"seed": -1}, ConfigError, "seed"),
        ({"names": ["a", "b"]}, ConfigError, "one for each model, 1 in all: got 2"),
        ({"column": 3}, ArgumentError, "column must be a path"),
        ({"column": {"nothere": 1}}, ConfigError, "must have words of .*: got none of its 1 words"),
        ({"column": {}}, ConfigError, "got none of its 0 words"),
        ({"against": 3}, ArgumentError, "against must be vectors"),
        ({"path": "page.csv"}, FormatError, r"must be one of \.html, \.htm"),
    ],
)
def test_errors_say_what_must_be(arguments, error, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=said):
        w2v.explore(random_vectors(5), **arguments)
    assert not list(tmp_path.iterdir())


def test_models_without_words_and_without_common_words_are_refused():
    with pytest.raises(ConfigError, match="must have words: got none"):
        w2v.explore(KeyedVectors(3))
    with pytest.raises(ConfigError, match="must have words in common: got none"):
        w2v.explore(random_vectors(["a"]), random_vectors(["b"]), layout="pca")


def rotated(vectors, moved, seed=2):
    """Return vectors turned as a whole, with some words put elsewhere."""
    rows = vectors.vectors.astype(float) @ np.linalg.qr(np.random.default_rng(seed).normal(size=(8, 8)))[0]
    rows[moved] = np.random.default_rng(seed).normal(size=(len(moved), 8))
    return KeyedVectors.from_arrays([*vectors.index_to_key[:-1], "only here"], rows.astype(np.float32))


def test_two_models_tell_how_far_words_moved():
    first = random_vectors(400)
    second = rotated(first, [3, 5])
    meta, arrays = blocks(w2v.explore(first, second, layout="pca", names=["old", "new"]))
    drift = arrays["drift"][[meta["words"].index(f"w{i}") for i in range(399)]]
    assert set(np.argsort(-drift)[:2]) == {3, 5}
    assert np.delete(drift, [3, 5]).max() < 0.02
    for word, ranks in (("only here", (False, True)), ("w399", (True, False))):
        place = meta["words"].index(word)
        assert np.isnan(arrays["drift"][place])
        assert tuple(arrays[f"rank{m}"][place] > 0 for m in (0, 1)) == ranks
        assert [not np.isnan(arrays[f"norms{m}"][place]) for m in (0, 1)] == list(ranks)
    assert [model["name"] for model in meta["models"]] == ["old", "new"]


def test_models_of_two_sizes_are_compared():
    first = random_vectors(400)
    rows = np.pad(rotated(first, [3]).vectors, ((0, 0), (0, 4)))
    second = KeyedVectors.from_arrays(
        first.index_to_key, rows @ np.linalg.qr(np.random.default_rng(5).normal(size=(12, 12)))[0]
    )
    for pair in ((first, second), (second, first)):
        meta, arrays = blocks(w2v.explore(*pair, layout="pca"))
        assert [model["dim"] for model in meta["models"]] == [one.vector_size for one in pair]
        assert meta["words"][int(np.nanargmax(arrays["drift"][:399]))] == "w3"
        assert np.delete(arrays["drift"][:399], 3).max() < 0.02
        assert [len(arrays[f"rows{m}"]) for m in (0, 1)] == [400 * one.vector_size * 3 // 2 for one in pair]


@pytest.mark.parametrize("words", [1, 2, 3, 25])
@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_small_and_flat_models_are_pages(words, dim, dtype):
    rows = np.random.default_rng(1).normal(size=(words, dim)).astype(dtype)
    rows[::3] = 0
    vectors = KeyedVectors.from_arrays([f"w{i}" for i in range(words)], rows)
    meta, arrays = blocks(w2v.explore(vectors, layout="auto"))
    assert len(meta["words"]) == words
    assert not np.isnan(arrays["norms0"]).any()


def test_the_same_names_are_told_apart():
    meta, _ = blocks(w2v.explore(random_vectors(30), random_vectors(30, seed=2), layout="pca"))
    assert [model["name"] for model in meta["models"]] == ["vectors", "vectors (2)"]


def test_pca_is_that_of_the_definition():
    units = unit(np.random.default_rng(1).normal(size=(200, 5)) * [5, 3, 1, 1, 1])
    made = layouts.lay_out(units, "pca", 1)
    centred = units - units.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    wanted = centred @ directions[:2].T
    for axis in (0, 1):
        assert abs(np.corrcoef(made.positions[:, axis], wanted[:, axis])[0, 1]) > 0.999
    assert made.name == "PCA"


def kept_groups(positions, of):
    """Return how many points have their nearest point in their own group."""
    away = np.linalg.norm(positions[:, np.newaxis] - positions, axis=2) + 9 * np.eye(len(of))
    return (of[away.argmin(axis=1)] == of).mean()


def test_tsne_keeps_groups_together(monkeypatch):
    rng = np.random.default_rng(1)
    of = np.repeat(np.arange(4), 50)
    units = unit(10 * np.eye(4)[of] + rng.normal(size=(200, 4)))
    monkeypatch.setattr(layouts, "LANDMARKS", 160)
    order = rng.permutation(200)
    found = layouts.lay_out(units[order], "auto", 1)
    assert found.name == "t-SNE, 15 neighbours"
    assert "160 most frequent words; 40 more" in found.note
    assert kept_groups(found.positions, of[order]) > 0.98


def test_neighbours_that_are_known_give_the_same_map():
    units = unit(np.random.default_rng(1).normal(size=(60, 8)))
    known = layouts.lay_out(units, "tsne", 1, nearest_rows(units))
    assert np.array_equal(known.positions, layouts.lay_out(units, "tsne", 1).positions)


def repulsion(places):
    """Return what `tsne._Grid.repulsion` interpolates, by all pairs."""
    away = places[:, np.newaxis] - places
    kernel = 1 / (1 + (away**2).sum(axis=2))
    np.fill_diagonal(kernel, 0)
    return (away * (kernel**2)[:, :, np.newaxis]).sum(axis=1) / kernel.sum()


@pytest.mark.parametrize(("size", "error"), [(1e-4, 1e-5), (1, 1e-3), (10, 0.15)])
def test_the_repulsion_of_tsne_is_that_of_all_pairs(size, error):
    """Of points that are far apart, each in a cell of its own, a polynomial of degree 2 tells less."""
    places = (size * np.random.default_rng(1).normal(size=(300, 2))).astype(np.float32)
    exact, found = repulsion(places.astype(float)), tsne._Grid().repulsion(places)
    assert np.abs(found - exact).max() < error * np.abs(exact).max()


def test_the_attraction_of_tsne_is_that_of_the_definition():
    rng = np.random.default_rng(1)
    places, near = rng.normal(size=(40, 2)), nearest_rows(unit(rng.normal(size=(40, 5))), 4)
    chosen = np.zeros((40, 40))
    chosen[np.repeat(np.arange(40), 4), near.ravel()] = 1
    weights = (chosen + chosen.T) / (2 * chosen.sum())
    away = places[:, np.newaxis] - places
    exact = (away * (weights / (1 + (away**2).sum(axis=2)))[:, :, np.newaxis]).sum(axis=1)
    assert np.allclose(tsne._Pairs.of(near).attraction(places.astype(np.float32)), exact, atol=1e-6)


def test_tsne_keeps_as_many_neighbours_as_that_of_scikit_learn(novel):
    manifold = pytest.importorskip("sklearn.manifold")
    units = unit(KeyedVectors.load(novel).vectors[:600])
    near = nearest_rows(units, 10)
    made = layouts.lay_out(units, "tsne", 1).positions
    other = manifold.TSNE(init="pca", random_state=1, perplexity=15, method="exact").fit_transform(
        units.astype(np.float32)
    )

    def kept(positions):
        away = np.linalg.norm(positions[:, np.newaxis] - positions, axis=2)
        np.fill_diagonal(away, np.inf)
        on_map = away.argsort(axis=1)[:, :10]
        return np.mean([len(set(a) & set(b)) for a, b in zip(near.tolist(), on_map.tolist(), strict=True)]) / 10

    assert kept(made) > 0.95 * kept(other)


@pytest.mark.parametrize("rows", [np.ones((30, 3)) / np.sqrt(3), np.eye(25), np.zeros((21, 4))])
def test_tsne_of_degenerate_vectors_is_a_map(rows):
    positions = layouts.lay_out(rows, "tsne", 1).positions
    assert positions.shape == (len(rows), 2)
    assert np.isfinite(positions).all()


def test_without_its_library_umap_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    units = unit(np.random.default_rng(1).normal(size=(50, 4)))
    with pytest.raises(MissingExtraError, match=r'umap-learn is not installed; pip install "w2v\[umap\]"'):
        layouts.lay_out(units, "umap", 1)


def test_umap_keeps_groups_together():
    pytest.importorskip("umap", reason="the extra umap is not installed")
    of = np.repeat(np.arange(3), 40)
    units = unit(10 * np.eye(3)[of] + np.random.default_rng(1).normal(size=(120, 3)))
    found = layouts.lay_out(units, "umap", 1)
    assert kept_groups(found.positions, of) > 0.98


def test_clusters_are_groups_and_named_by_their_middle(monkeypatch):
    monkeypatch.setattr(clusters, "number_of_clusters", lambda words: 3)
    of = np.arange(90) % 3
    rows = 8 * np.eye(3)[of] + np.random.default_rng(1).normal(size=(90, 3))
    rows[:3] = 9 * np.eye(3)
    found = clusters.cluster(unit(rows), [f"w{i}" for i in range(90)], 1)
    assert [len(set(found.of[of == group])) for group in range(3)] == [1, 1, 1]
    assert {names[0] for names in found.names} <= {f"w{i}" for i in range(60)}
    assert all(of[int(name[1:])] == of[int(names[0][1:])] for names in found.names for name in names)


def test_clusters_of_equal_vectors_are_one():
    found = clusters.cluster(np.ones((5, 2)) / np.sqrt(2), list("abcde"), 1)
    assert len(set(found.of.tolist())) == 1


def test_columns_of_labels_and_of_numbers(tmp_path):
    file = tmp_path / "pos.tsv"
    file.write_text("word\tpart of speech\na\tnoun\nb\tverb\nc\tnoun\n", encoding="utf-8")
    read = Column.read(file)
    assert (read.name, read.values) == ("part of speech", {"a": "noun", "b": "verb", "c": "noun"})
    file.write_text("a\t1.5\nb\t-2\n", encoding="utf-8")
    values, labels = Column.read(file).encoded(["b", "x", "a"])
    assert (labels, values[0], values[2]) == (None, -2, 1.5)
    assert np.isnan(values[1])
    file.write_text("# a comment\n\na\tnan\nb\t-2\n", encoding="utf-8")
    values, labels = Column.read(file).encoded(["a", "b"])
    assert labels is None
    assert np.array_equal(values, [np.nan, -2], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a\tx\n\na\ty\n", "'x' in line 1 of '.*c.tsv' and 'y' in line 3 of '.*c.tsv' for 'a'; keep one"),
        (b"a\tx\ty\n", "line 1 of '.*c.tsv' must be a word, a tab and its value: got 3 fields"),
        (b"a,x\n", r"line 1 of .* got 1 field \('a,x'\); write the column as a text file with a tab in each line"),
        (b"\xe9\tx\n", "invalid UTF-8 .*; save the column as UTF-8$"),
        (b"PAR1\x00\x15", "column '.*c.tsv' must be"),
        (None, "cannot read column '.*c.tsv': No such file"),
    ],
)
def test_a_column_that_cannot_be_read_says_where(tmp_path, text, said):
    if text is not None:
        (tmp_path / "c.tsv").write_bytes(text)
    with pytest.raises(CorpusError, match=said) as problem:
        Column.read(tmp_path / "c.tsv")
    assert not re.search("corpus|encoding=|errors=|label_column", str(problem.value))


def test_numbers_among_labels_are_said_to_be_categories():
    with pytest.warns(
        CorpusWarning, match=r"'column' has 2 numbers and 1 other value, such as 'n/a' for 'w1': all are shown"
    ):
        meta, _ = blocks(w2v.explore(random_vectors(5), column={"w0": 3, "w1": "n/a", "w2": 4}, layout="pca"))
    assert meta["column"]["labels"] == ["3", "4", "n/a"]


def test_missing_values_of_a_mapping_are_no_values():
    values, labels = Column.of("year", {"a": 1.5, "b": float("nan"), "c": None, "d": np.float32("nan")}).encoded(
        list("abcd")
    )
    assert labels is None
    assert np.array_equal(values, [1.5, np.nan, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("argument", "given"), [("model", {}), ("against", {"against": "no.bin"}), ("results", {"results": ["no.json"]})]
)
def test_a_file_that_is_not_there_is_an_error_of_the_family(argument, given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = random_vectors(5) if given else "no.bin"
    with pytest.raises(UnreadableFileError, match=f"cannot read 'no.*': No such file or directory; {argument} must be"):
        w2v.explore(model, **given)
    with pytest.raises(OSError, match="No such file"):  # as who knows Python expects it
        w2v.explore(model, **given)


def test_few_common_words_are_said_to_tell_nothing():
    first, second = random_vectors(list("abcdef"), 5), random_vectors(list("abcxyz"), 5, seed=2)
    with pytest.warns(UserWarning, match="3 words in common, fewer than 5 dimensions"):
        about = w2v.explore(first, second, layout="pca").about
    assert (about["common"]["words"], about["common"]["dimensions"]) == (3, 5)


def test_what_two_models_share_is_compared_with_chance():
    vectors = random_vectors(400, 20)
    same = w2v.explore(vectors, vectors, layout="pca").about["common"]["overlap"]
    assert (same["of"], same["mean"]) == (15, 15)
    other = w2v.explore(vectors, random_vectors(400, 20, seed=2), layout="pca").about["common"]["overlap"]
    assert other["chance"] == pytest.approx(15 * 15 / 399)
    assert other["mean"] == pytest.approx(other["chance"], abs=0.1)
    part = random_vectors(
        [f"w{i}" for i in range(200)], 20, seed=3
    )  # half of the first model's neighbours cannot be drawn
    chance = w2v.explore(vectors, part, layout="pca").about["common"]["overlap"]["chance"]
    assert chance == pytest.approx(15 * 7.5 / 199, rel=0.05)


def test_no_cluster_is_empty():
    meta, arrays = blocks(w2v.explore(KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]), layout="pca"))
    assert set(arrays["cluster"]) == set(range(len(meta["clusters"])))
    assert all(meta["clusters"])


def test_a_notebook_gets_as_many_words_as_it_holds(monkeypatch):
    vectors = random_vectors(300, 40)
    page = w2v.explore(vectors, column={"w1": "<&'>"}, layout="pca")
    shown = page._repr_html_()
    assert shown.startswith("<iframe srcdoc='")
    assert html.unescape(re.search("srcdoc='([^']*)'", shown)[1]).encode() == page.html
    monkeypatch.setattr("w2v.explorer.page.MOST_IN_NOTEBOOK", len(page.html) - 10_000)
    shown = page._repr_html_()
    assert len(shown) < len(page.html)
    less = json.loads(re.search(r'id="w2v-about">(.*?)</script>', html.unescape(shown))[1])["meta"]
    n = len(less["words"])
    assert less["words"] == page.about["words"][:n]
    assert less["among"] == 300
    assert f"The {n} most frequent of 300 words" in shown
    few, whole = blocks(page._first(n))[1], blocks(page)[1]
    assert np.array_equal(unpacked(few["rows0"], 40), unpacked(whole["rows0"], 40)[:n])


def test_vectors_are_explored_by_their_method(tmp_path):
    vectors = random_vectors(20)
    page = vectors.explore(words=10, path=tmp_path / "page.html", layout="pca")
    assert (tmp_path / "page.html").read_bytes() == page.html == w2v.explore(vectors, words=10, layout="pca").html


def test_a_port_that_is_taken_is_found_before_the_work(trained, capsys):
    pytest.importorskip("uvicorn")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["explore", str(trained), "--serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert "--port must be free for use" in said
    assert "finding" not in said


@pytest.mark.parametrize("words", ["abc", "0"])
def test_a_number_out_of_range_says_what_it_must_be(trained, words, capsys):
    assert main(["explore", str(trained), "--words", words, "-o", "page.html"]) == 2
    assert "--words must be an integer from 1 to 200,000: got " in capsys.readouterr().err


def test_a_mapping_is_a_column():
    meta, arrays = blocks(w2v.explore(random_vectors(5), column={"w4": 1, "w2": 0.5}, words=3, layout="pca"))
    assert meta["words"] == ["w0", "w2", "w4"]
    assert meta["column"] == {"name": "column", "labels": None}
    assert arrays["column"][1:].tolist() == [0.5, 1]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    text = folder / "my text.txt"
    rng = np.random.default_rng(1)
    text.write_text("\n".join(" ".join(f"w{i}" for i in rng.zipf(1.5, 20) % 200) for _ in range(500)), encoding="utf-8")
    out = folder / "model.safetensors"
    line = [
        "train",
        str(text),
        "-o",
        str(out),
        "--vector-size",
        "12",
        "--workers",
        "1",
        "--geometry-every",
        "1",
        "--quiet",
    ]
    assert main([*line, "--objective", "nt_xent", "--temperature", "0.2", "--min-count", "2"]) == 0
    return out


def test_the_page_tells_where_the_vectors_come_from(trained):
    about = w2v.explore(trained, layout="pca").about["models"][0]
    assert about["name"] == "model"
    assert about["command"] == (
        "w2v train 'my text.txt' -o model.safetensors --vector-size 12 --workers 1 --objective nt_xent --temperature 0.2 "
        "--min-count 2"
    )
    assert [epoch for epoch, _ in about["losses"]] == [1, 2, 3, 4, 5]
    assert [round(point["epoch"]) for point in about["trajectory"]] == [0, 1, 2, 3, 4, 5]
    said = {row["label"]: row["value"] for _, rows in about["facts"] for row in rows}
    assert said["corpus"] == "my text.txt"
    assert str(trained.parent) not in json.dumps(about["facts"])


def test_the_command_makes_the_vectors_again(trained, tmp_path, monkeypatch):
    import shlex

    monkeypatch.chdir(trained.parent)
    line = (
        w2v.explore(trained, layout="pca").about["models"][0]["command"].replace("model.s", str(tmp_path / "again.s"))
    )
    assert main([*shlex.split(line)[1:], "--quiet"]) == 0
    first, again = KeyedVectors.load(trained), KeyedVectors.load(tmp_path / "again.safetensors")
    assert first.index_to_key == again.index_to_key
    assert np.array_equal(first.vectors, again.vectors)


def test_vectors_of_unknown_origin_are_a_page():
    about = w2v.explore(random_vectors(5), layout="pca").about["models"][0]
    assert (about["command"], about["facts"], about["losses"]) == ("", [], [])
    odd = {"config": {"unknown": 1}, "sources": 3, "scores": {"a": "b", "c": 1}, "more": [1]}
    about = w2v.explore(random_vectors(5, metadata=odd), layout="pca").about["models"][0]
    assert about["command"] == ""
    assert about["scores"] == [{"test": "c", "value": 1.0, "low": None, "high": None, "of": "recorded in the file"}]


def test_a_damaged_trajectory_is_an_error():
    with pytest.raises(FormatError, match="metadata"):
        w2v.explore(random_vectors(5, metadata={"geometry": 3, "geometry_law": "x"}), layout="pca")


def test_lists_of_words_are_named_in_the_command():
    from w2v import TextOptions, TrainConfig, VocabularyConfig
    from w2v.training.provenance import Provenance

    made = Provenance(TrainConfig(), VocabularyConfig(drop={"the"}), TextOptions("words"), sources=("s3://b/t.txt",))
    assert (
        command(made.to_metadata(), "m") == "w2v train s3://b/t.txt -o m --tokenizer words  # and the words of --drop"
    )


def test_sources_lose_their_folders():
    [(title, rows)] = sections({"sources": ["/home/me/secret/news.txt", "https://example.org/a.txt"]})
    assert (title, rows) == ("Text", [{"label": "corpus", "value": "news.txt, https://example.org/a.txt"}])


def test_addresses_lose_passwords_and_signatures():
    sources = ["https://me:secret@example.org/a.txt?sig=9#x", "file:///home/me/b.txt", "-c.txt"]
    [(_, rows)] = sections({"sources": sources})
    assert rows == [{"label": "corpus", "value": "https://example.org/a.txt, b.txt, ./-c.txt"}]


@pytest.mark.parametrize("results", [[["a.json"]], [None], [3.5]])
def test_results_that_are_no_paths_are_refused(results):
    vectors = KeyedVectors.from_arrays(["a", "b", "c"], np.eye(3))
    with pytest.raises(ArgumentError, match="results must be"):
        w2v.explore(vectors, results=results)


def test_results_of_two_models_of_one_name_are_refused(tmp_path):
    for folder in ("a", "b"):
        report = {"model": f"{folder}/news.bin", "pairs": {"t": {"spearman": 0.5, "found": 9}}}
        (tmp_path / f"{folder}.json").write_text(json.dumps(report))
    reports.read_reports([tmp_path / "a.json", tmp_path / "a.json"])
    with pytest.raises(FormatError, match=r"b/news.bin and a/news.bin are two models called news: rename"):
        reports.read_reports([tmp_path / "a.json", tmp_path / "b.json"])


def test_reports_of_other_commands_are_shown(trained, tmp_path, capsys):
    (tmp_path / "a.txt").write_text(": s\n" + "w1 w2 w3 w4\n" * 30, encoding="utf-8")
    pairs = "".join(f"w{i}\tw{i + 1}\t{i % 7}\n" for i in range(1, 40))
    (tmp_path / "pairs.tsv").write_text(pairs, encoding="utf-8")
    (tmp_path / "eval.json").write_text(
        run(
            capsys, "evaluate", trained, "--analogies", tmp_path / "a.txt", "--pairs", tmp_path / "pairs.tsv", "--json"
        ),
        encoding="utf-8",
    )
    options = [
        "--pairs",
        tmp_path / "pairs.tsv",
        "--min-score",
        "0",
        "--ms",
        "1",
        "--bootstrap",
        "20",
        "--quiet",
        "--json",
    ]
    geometry = json.loads(run(capsys, "geometry", trained, *options))
    geometry["models"].append({**geometry["models"][0], "name": "gensim.bin"})
    (tmp_path / "geometry.json").write_text(json.dumps(geometry), encoding="utf-8")
    made = w2v.explore(trained, layout="pca", results=[tmp_path / "eval.json", tmp_path / "geometry.json"]).about
    model = made["models"][0]
    tests = {score["test"]: score for score in model["scores"]}
    assert set(tests) == {"3cosadd, restricted", "3cosmul, restricted", "3cosadd, full", "3cosmul, full", "pairs"}
    assert all(score["low"] <= score["value"] <= score["high"] for score in tests.values())
    assert "Alignment, by w2v geometry" in {measure["name"] for measure in model["measures"]}
    assert len({measure["name"] for measure in model["measures"]}) == len(model["measures"])
    assert [place["name"] for place in made["compared"]] == ["model", "gensim"]


def run(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out


def test_intervals_are_wilsons_and_fishers():
    score = reports._accuracy("a", 8, 10)
    assert (score.low, score.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Wilson's, as statsmodels gives it
    score = reports._correlation("r", 0.5, 103)
    assert (score.low, score.high) == pytest.approx(
        (np.tanh(0.549306 - 0.207889), np.tanh(0.549306 + 0.207889)), abs=1e-4
    )
    assert reports._correlation("r", 0.5, 3).low is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1",
        "[]",
        "3",
        '{"models": 3}',
        '{"models": [{"name": "a"}]}',
        '{"model": "a"}',
        '{"model": 1, "pairs": {}}',
        "[" * 5000,
        '{"model": "a", "pairs": {"p": {"spearman": 2, "found": 3}}}',
        '{"model": "a", "pairs": {"p": {"spearman": NaN, "found": 3}}}',
        '{"model": "a", "pairs": {}, "analogies": {"full": {"m": {"total": {"correct": 5, "answered": 1, "asked": 1}}}}}',
    ],
)
def test_other_json_is_no_report(tmp_path, text):
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match="results must be what w2v evaluate --json or w2v geometry --json writes"):
        reports.read_reports([tmp_path / "r.json"])


def test_the_command_line_writes_a_page(trained, tmp_path, capsys):
    out = tmp_path / "page.html"
    said = run(capsys, "explore", trained, "--words", "50", "--layout", "pca", "--quiet", "-o", out)
    assert said.startswith(f"{out}: 50 words, 0.1 MB; PCA; rounding to 12 bits changes the place of ")
    first = out.read_bytes()
    data = json.loads(
        run(capsys, "explore", trained, "--words", "50", "--layout", "pca", "--quiet", "--json", "-o", out)
    )
    assert (data["words"], data["bytes"], data["layout"]) == (50, len(first), "PCA")
    assert out.read_bytes() == first == w2v.explore(trained, words=50, layout="pca").html
    assert main(["explore", str(trained), "-o", str(tmp_path / "page.csv")]) == 2
    assert "--output: the extension of" in capsys.readouterr().err
    assert main(["explore", str(trained), "-o", str(tmp_path / "none" / "page.html")]) == 74


def test_a_page_must_go_somewhere(trained, capsys):
    assert main(["explore", str(trained)]) == 2
    assert capsys.readouterr().err == "w2v: there must be --output PAGE, --serve, or both: got neither\n"


def test_a_failed_run_leaves_the_old_page(trained, tmp_path):
    out = tmp_path / "page.html"
    out.write_text("old", encoding="utf-8")
    (tmp_path / "r.json").write_text("[]", encoding="utf-8")
    assert main(["explore", str(trained), "--results", str(tmp_path / "r.json"), "-o", str(out), "--quiet"]) == 65
    assert out.read_text(encoding="utf-8") == "old"


def test_models_of_all_kinds_are_explored(trained):
    model = w2v.Word2Vec([["a", "b", "c"]] * 50, min_count=1, vector_size=4, workers=1)
    assert sorted(w2v.explore(model, layout="pca").about["words"]) == ["a", "b", "c"]
    assert "Page(model: " in repr(w2v.explore(str(trained), layout="pca"))
