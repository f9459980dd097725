"""In a real Jupyter kernel: vectors and models show themselves, bars are those of notebooks, nothing appears twice."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from w2v import KeyedVectors, html
from w2v.training.hooks import Display, curve
from w2v.vectors.notebook import NEAREST, SHOWN

EMMA = Path(__file__).parent / "data" / "emma.txt.xz"
CELLS = {
    "encode": f"""
import w2v
corpus = w2v.encode({str(EMMA)!r}, text=w2v.TextOptions("words"))
""",
    "train": "model = w2v.train(corpus, w2v.TrainConfig(vector_size=20, epochs=4, workers=1))",
    "model": "model",
    "vectors": "model.vectors",
    "odd": "w2v.KeyedVectors.from_arrays(['<script>alert(1)</script>', 'مرحبا', 'x' * 1000], [[1, 0], [0, 1], [1, 1]])",
    "gensim": "w2v.Word2Vec([list('abcd')] * 50, vector_size=5, sample=0, workers=1)",
    "page": "w2v.explore(model, words=50, layout='pca')",
    "method": "model.vectors.explore(words=50, layout='pca')",
    "error": "model.vectors['emmma']",
}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Run the cells in a kernel of this Python; return the notebook as it is saved."""
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("ipywidgets")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS.values()])
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True)
    folder = tmp_path_factory.mktemp("notebook")
    try:
        client.execute(cwd=str(folder))
    except Exception as problem:
        if "NoSuchKernel" in type(problem).__name__:
            pytest.skip(f"no kernel of {sys.prefix} is installed")
        raise
    nbformat.write(notebook, folder / "notebook.ipynb")
    return nbformat.read(folder / "notebook.ipynb", as_version=4)


@pytest.fixture(scope="module")
def outputs(notebook):
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


@pytest.mark.filterwarnings("default")  # those of Jupyter itself
class TestNotebook:
    def test_bars_are_widgets_and_appear_once(self, outputs):
        for cell, what in (("encode", "read"), ("train", "train")):
            (shown,) = outputs[cell]
            assert shown.output_type == "display_data"
            assert "application/vnd.jupyter.widget-view+json" in shown.data
            assert what in shown.data["text/plain"]

    def test_the_bar_shows_the_curve_of_the_loss(self, notebook):
        state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
        texts = [" ".join(str(widget["state"].get("value")).split()) for widget in state.values()]
        assert any(re.search(r"epoch=4/4, loss=\d\.\d{4} █[▁-▇]+", text) for text in texts), texts

    @pytest.mark.parametrize("cell", ["model", "vectors", "odd", "gensim"])
    def test_an_object_shows_itself_once(self, outputs, cell):
        (shown,) = [output for output in outputs[cell] if output.output_type != "display_data"]  # which bars are
        assert shown.output_type == "execute_result"
        assert shown.data["text/html"].count("KeyedVectors: ") == 1

    def test_a_model_shows_its_loss_and_its_words(self, outputs):
        page = outputs["model"][0].data["text/html"]
        assert page.count("<svg") == 1
        assert 'stroke="currentColor"' in page
        assert "how they were made" in page
        assert "emma.txt.xz" in page

    def test_words_are_text(self, outputs):
        page = outputs["odd"][0].data["text/html"]
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "x" * 101 not in page

    @pytest.mark.parametrize("cell", ["page", "method"])
    def test_a_page_is_a_frame(self, outputs, cell):
        (shown,) = outputs[cell]
        assert shown.output_type == "execute_result"
        assert shown.data["text/html"].startswith("<iframe srcdoc='<!doctype html>")
        assert shown.data["text/plain"].startswith("Page(vectors: 50 words")

    def test_an_error_is_one_message(self, outputs):
        (shown,) = outputs["error"]
        assert shown.ename == "UnknownWordError"
        assert "did you mean 'emma'?" in shown.evalue


def rows(page):
    return [
        re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2])
    ]


def test_words_are_shown_from_the_most_frequent_to_the_rarest():
    vectors = np.random.default_rng(1).normal(size=(10_000, 8))
    many = KeyedVectors.from_arrays([f"w{n}" for n in range(10_000)], vectors, range(10_000, 0, -1))
    shown = rows(many._repr_html_())
    assert len(shown) == SHOWN
    assert shown[0][:3] == ["1", "w0", "10,000"]
    assert shown[-1][:3] == ["10,000", "w9999", "1"]
    nearest = [re.sub("[\u2068\u2069]", "", cell).split()[0] for cell in shown[0][3].split(", ")]
    assert nearest == [word for word, _ in many.most_similar("w0", topn=NEAREST)]


@pytest.mark.parametrize("words", [[], ["a"], ["a", "b"], [3, 7, 5]])
def test_few_words_are_shown_too(words):
    vectors = KeyedVectors.from_arrays(words, np.eye(3)[: len(words)]) if words else KeyedVectors(3)
    assert [row[1] for row in rows(vectors._repr_html_())] == [str(word) for word in words]


def test_colours_are_left_to_the_notebook():
    page = html.table("t", ["word"], [["a"]]) + html.curve("loss", [3.0, 2.0, 1.0])
    assert not re.search(r"color:|background|#[0-9a-f]{3}", page)
    assert html.curve("loss", []) == ""
    assert html.curve("flat", [1.0, 1.0]).count("polyline") == 1


def test_the_curve_has_a_bar_per_number():
    assert curve([4.0, 3.0, 2.0, 1.0]) == "█▆▃▁"
    assert curve([1.0]) == curve([]) == ""
    assert curve([2.0, 2.0]) == "▁▁"


@pytest.mark.parametrize(("ascii_only", "shown"), [(False, "1.0000 █▁"), (True, "1.0000")])
def test_a_terminal_without_such_signs_gets_the_number_alone(ascii_only, shown):
    class Bar:
        disable, ascii, figures, done = False, ascii_only, None, 0

        def set_postfix(self, refresh, **figures):
            self.figures = figures

        def update(self, done):
            self.done += done

    bar = Bar()
    Display(bar).advance(10, [2.0, 1.0], epoch="2/2")
    assert bar.figures == {"epoch": "2/2", "loss": shown}
    assert bar.done == 10
