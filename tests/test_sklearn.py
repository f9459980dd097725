"""Word2VecVectorizer: weights and components against formulas by hand, odd documents, and scikit-learn's own checks."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import KeyedVectors, TrainConfig, VocabularyConfig
from w2v.errors import ArgumentError, ConfigError, EmptyCorpusError, UnknownAttributeError

sklearn = pytest.importorskip("sklearn")
from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GridSearchCV  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.utils import estimator_checks as checks  # noqa: E402

from w2v.integrations.sklearn import Word2VecVectorizer  # noqa: E402

WORDS = ["the", "cat", "dog", "bird", "tree"]
MATRIX = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
COUNTS = np.array([900, 50, 30, 15, 5])
DOCUMENTS = ["The cat, the dog!", "dog bird", "a tree", "cat cat cat tree", "nothing known", ""]
BAGS = np.array([[2, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1], [0, 3, 0, 0, 1], [0] * 5, [0] * 5])
KNOWN = BAGS.sum(axis=1)


@pytest.fixture
def vectors():
    return KeyedVectors.from_arrays(WORDS, MATRIX, counts=COUNTS)


def weighted(weights, pooling="mean"):
    sums = (BAGS * weights) @ MATRIX.astype(np.float64)
    return sums / np.maximum(KNOWN, 1)[:, None] if pooling == "mean" else sums


@pytest.mark.parametrize("pooling", ["mean", "sum"])
def test_weights_by_hand(vectors, pooling):
    idf = np.log((1 + 6) / (1 + (BAGS > 0).sum(axis=0))) + 1
    sif = 1e-3 / (1e-3 + COUNTS / COUNTS.sum())
    for name, weights in (("uniform", np.ones(5)), ("idf", idf), ("sif", sif)):
        made = Word2VecVectorizer(vectors, weights=name, pooling=pooling, components=0)
        found = made.fit_transform(DOCUMENTS)
        assert found.dtype == np.float32
        assert np.allclose(found, weighted(weights, pooling), atol=1e-6)
        assert (made.transform(DOCUMENTS) == found).all()
        assert made.known_ == KNOWN.sum() / (KNOWN.sum() + 3)


def test_idf_is_that_of_scikit_learn(vectors):
    from sklearn.feature_extraction.text import TfidfVectorizer

    theirs = TfidfVectorizer(vocabulary=WORDS).fit(DOCUMENTS)
    assert np.allclose(Word2VecVectorizer(vectors, weights="idf").fit(DOCUMENTS).weights_, theirs.idf_)


@pytest.mark.filterwarnings("ignore:.*of the words of the documents")
def test_components_are_removed_and_kept_for_new_documents(vectors):
    made = Word2VecVectorizer(vectors, weights="sif").fit(DOCUMENTS)
    pooled = weighted(made.weights_)[KNOWN > 0]
    first = np.linalg.svd(pooled, full_matrices=False)[2][0]
    assert abs(abs(made.components_[0] @ first) - 1) < 1e-9
    assert np.allclose(made.transform(DOCUMENTS)[KNOWN > 0], pooled - np.outer(pooled @ first, first), atol=1e-6)
    new = made.transform(["tree bird"])
    assert abs(new[0] @ first) < 1e-6
    assert (made.transform(["tree bird", "the cat"])[0] == new[0]).all()
    for few in (["cat"], ["nothing"], [], ["cat", ""]):
        with pytest.raises(ConfigError, match=r"fewer than the documents with known words, [01], and"):
            Word2VecVectorizer(vectors, weights="sif").fit(few)
        assert np.isfinite(Word2VecVectorizer(vectors, weights="sif", components=0).fit_transform(few)).all()
    with pytest.raises(ConfigError, match="components must be fewer"):
        Word2VecVectorizer(vectors, components=4).fit(DOCUMENTS)


def test_documents_without_known_words(vectors):
    assert not Word2VecVectorizer(vectors).fit_transform(DOCUMENTS)[4:].any()
    mean = Word2VecVectorizer(vectors, empty="mean", components=1).fit(DOCUMENTS)
    assert np.allclose(mean.transform(["what", "cat"])[0], mean.transform(DOCUMENTS[:4]).mean(axis=0), atol=1e-6)
    with pytest.raises(ConfigError, match=r"document 4 must have a known word: got none; pass another empty="):
        Word2VecVectorizer(vectors, empty="error").fit_transform(DOCUMENTS)
    with pytest.warns(UserWarning, match="0% of the words of the documents have a vector, so .* case") as caught:
        made = Word2VecVectorizer(vectors, empty="mean").fit(["what"])
    assert caught[0].filename == __file__
    assert np.isfinite(made.transform(["", "x"])).all()


@pytest.mark.filterwarnings("ignore:.*of the words of the documents")
@given(st.lists(st.one_of(st.text(max_size=20), st.lists(st.sampled_from([*WORDS, "x"]), max_size=4)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_never_nan(documents):
    vectors = KeyedVectors.from_arrays(WORDS, MATRIX, counts=COUNTS)
    for weights in ("uniform", "idf", "sif"):
        made = Word2VecVectorizer(vectors, weights=weights, components=0, empty="mean").fit(documents)
        assert made.transform(documents).shape == (len(documents), 4)
        assert np.isfinite(made.transform(documents)).all()


def test_rows_with_nan_are_named():
    vectors = KeyedVectors.from_arrays(["cat", "dog"], [[1, 2], [2, 1]])
    vectors.vectors[1, 0] = np.nan
    assert Word2VecVectorizer(vectors).fit_transform(["cat"]).tolist() == [[1, 2]]
    with pytest.raises(ConfigError, match="must be finite: got a NaN or an infinity for 'dog'; drop the word"):
        Word2VecVectorizer(vectors).fit_transform(["dog"])


def test_missing_counts_are_named(tmp_path):
    bare = KeyedVectors.from_arrays(WORDS, MATRIX)
    zeros = KeyedVectors.from_arrays(WORDS, MATRIX, counts=np.zeros(5, int))
    bare.save_word2vec_format(tmp_path / "v.txt")
    ranked = KeyedVectors.load_word2vec_format(tmp_path / "v.txt")  # whose counts gensim makes up
    for vectors in (bare, zeros, ranked):
        with pytest.raises(
            UnknownAttributeError, match='"sif" needs the counts of the words, which these vectors lack'
        ):
            Word2VecVectorizer(vectors, weights="sif").fit(DOCUMENTS)
        Word2VecVectorizer(vectors, weights="idf").fit(DOCUMENTS)


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ("one string", "must be a list of strings: got 'one string'"),
        ({"a": "b"}, "must be a list of strings"),
        (7, "must be a list of strings"),
        (None, "must be a list of strings"),
        (["a", None], "document 1 must be a string or a list of words: got None"),
        ([float("nan")], "document 0 must be a string or a list of words: got nan"),
        ([b"bytes"], "document 0 must be"),
        ([["a", ["b"]]], "document 0 must be"),
        (np.array([["a", "b"]]), "one column of a table"),
        (np.zeros(3), "document 0 must be"),
    ],
    ids=range(10),
)
def test_what_is_no_document(vectors, documents, said):
    made = Word2VecVectorizer(vectors).fit(DOCUMENTS)
    for call in (made.transform, clone(made).fit):
        with pytest.raises(ArgumentError, match=said):
            call(documents)


def test_documents_of_any_kind(vectors):
    expected = Word2VecVectorizer(vectors).fit_transform(["cat dog", "tree"])
    pandas, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    kinds = [
        (text for text in ["cat dog", "tree"]),
        np.array(["cat dog", "tree"]),
        np.array(["cat dog", "tree"], object),
        pandas.Series(["cat dog", "tree"], index=[5, 5]),
        polars.Series(["cat dog", "tree"]),
        pa.array(["cat dog", "tree"]),
        [["cat", "dog"], ("tree",)],
    ]
    for documents in kinds:
        assert (Word2VecVectorizer(vectors).fit_transform(documents) == expected).all()
    with pytest.raises(ArgumentError, match="pass a column"):
        Word2VecVectorizer(vectors).fit(pandas.DataFrame({"text": ["cat"]}))
    numbers = KeyedVectors.from_arrays([7, 8], np.eye(2))
    assert Word2VecVectorizer(numbers).fit_transform(["7 8", "7", "x"]).tolist() == [[0.5, 0.5], [1, 0], [0, 0]]
    assert Word2VecVectorizer(numbers).fit_transform([[7, 8], [7]]).tolist() == [[0.5, 0.5], [1, 0]]


def test_tokenizers(vectors):
    def rows(tokenizer, text="The cat"):
        return Word2VecVectorizer(vectors, tokenizer=tokenizer).fit_transform([text])[0]

    assert np.allclose(rows(None), MATRIX[:2].mean(axis=0))
    assert np.allclose(rows("whitespace"), MATRIX[1])
    assert np.allclose(rows(lambda text: ["dog"]), MATRIX[2])
    with pytest.raises(ArgumentError, match="tokenizer must return a list of words: got 'The cat'"):
        rows(lambda text: text)
    with pytest.raises(ConfigError, match="which is not a file"):
        rows("none.json")
    vectors.metadata = {"text": {"tokenizer": "whitespace"}}
    assert np.allclose(rows(None), MATRIX[:2].mean(axis=0))  # no word has a capital, so "The" is "the"
    vectors.metadata = {"text": {"tokenizer": "custom"}}
    with pytest.raises(ArgumentError, match="tokenizer must be passed"):
        rows(None)


def test_parameters(vectors, tmp_path):
    for name, wrong in [("pooling", "max"), ("weights", "tf"), ("empty", "nan"), ("sif_a", 0), ("components", -1)]:
        with pytest.raises(ConfigError, match=f"{name} must be"):
            Word2VecVectorizer(vectors, **{name: wrong}).fit(DOCUMENTS)
    with pytest.raises(ArgumentError, match=r"vectors must be a KeyedVectors, such as model\.vectors"):
        Word2VecVectorizer(7).fit(DOCUMENTS)
    vectors.save(tmp_path / "v.safetensors")
    assert (
        Word2VecVectorizer(tmp_path / "v.safetensors").fit_transform(DOCUMENTS)
        == Word2VecVectorizer(vectors).fit_transform(DOCUMENTS)
    ).all()


def test_vectors_trained_on_the_documents():
    options = {"config": TrainConfig(vector_size=6, workers=1, epochs=2), "vocabulary": VocabularyConfig(min_count=2)}
    made = Word2VecVectorizer(**options)
    few = "vectors are trained on only 80 words in 2 epochs, .* config=TrainConfig\\(epochs=1250\\)"
    with pytest.warns(UserWarning, match=few) as caught:
        made.fit(["The cat, the dog"] * 20 + ["rare"])
    assert caught[0].filename == __file__
    found = made.transform(["The cat, the dog"] * 20 + ["rare"])
    assert found.shape == (21, 6)
    assert set(made.vectors_.index_to_key) == {"the", "cat", "dog"}
    assert not found[-1].any()
    with pytest.warns(UserWarning, match=few):
        again = clone(made).fit(["The cat, the dog"] * 20 + ["rare"])
    assert (again.transform(["cat"]) == made.transform(["cat"])).all()
    enough = Word2VecVectorizer(
        config=TrainConfig(vector_size=6, workers=1, epochs=1250), vocabulary=options["vocabulary"]
    )
    enough.fit(["The cat, the dog"] * 20 + ["rare"])
    with pytest.raises(EmptyCorpusError):
        Word2VecVectorizer(**options).fit(["a b"])


# ------------------------------------------------------------------------------------------------------------- scikit-learn

CHECKS = [
    checks.check_estimator_cloneable,
    checks.check_estimator_tags_renamed,
    checks.check_valid_tag_types,
    checks.check_estimator_repr,
    checks.check_no_attributes_set_in_init,
    checks.check_get_params_invariance,
    checks.check_set_params,
    checks.check_parameters_default_constructible,
    checks.check_mixin_order,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_checks_of_scikit_learn_that_need_no_data(check, vectors):
    check("Word2VecVectorizer", Word2VecVectorizer())
    if check is not checks.check_parameters_default_constructible:
        check("Word2VecVectorizer", Word2VecVectorizer(vectors, weights="idf"))


def test_the_checks_of_scikit_learn(vectors):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that those with matrices do not apply to texts
        checks.check_estimator(Word2VecVectorizer(vectors))


def test_clones_share_the_vectors_and_copies_do_not(vectors):
    made = Word2VecVectorizer(vectors, weights="idf")
    assert clone(made).vectors is vectors
    assert clone(make_pipeline(made, LogisticRegression())).steps[0][1].vectors is vectors
    with pytest.raises(NotFittedError):
        made.transform(["cat"])
    made.fit(DOCUMENTS)
    assert (pickle.loads(pickle.dumps(made)).transform(DOCUMENTS) == made.transform(DOCUMENTS)).all()


def test_a_pipeline_learns(vectors):
    texts = ["the cat", "cat cat", "a cat and the", "the tree", "tree", "the the tree"] * 10
    labels = [0, 0, 0, 1, 1, 1] * 10
    pipeline = make_pipeline(Word2VecVectorizer(vectors), LogisticRegression())
    grid = {"word2vecvectorizer__weights": ["uniform", "idf", "sif"], "word2vecvectorizer__pooling": ["mean", "sum"]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(texts, labels)
    assert search.best_score_ == 1
    assert (search.predict(["tree tree the", "my cat"]) == [1, 0]).all()


def test_names_of_columns(vectors):
    pandas = pytest.importorskip("pandas")
    made = Word2VecVectorizer(vectors).set_output(transform="pandas")
    frame = made.fit_transform(pandas.Series(DOCUMENTS))
    assert frame.columns.tolist() == [f"word2vecvectorizer{i}" for i in range(4)]
    assert made.get_feature_names_out().tolist() == frame.columns.tolist()
    with pytest.raises(NotFittedError):
        Word2VecVectorizer(vectors).get_feature_names_out()
