"""Whatever lacks an optional dependency says which extra installs it, in one way."""

import sys

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.errors import MissingExtraError
from w2v.evaluation import probe
from w2v.evaluation.statistics import scipy_stats
from w2v.plotting.style import image
from w2v.server import ServerSettings, application, serve

VECTORS = KeyedVectors.from_arrays(["a", "b"], np.eye(2))
USES = [
    ("ot", lambda: VECTORS.wmdistance(["a"], ["b"]), "compute wmdistance: POT", "wmd"),
    ("scipy.stats", scipy_stats, "compute rank correlations: scipy", "eval"),
    ("sklearn.linear_model", lambda: probe._module("linear_model"), "run the linear probe: scikit-learn", "study"),
    ("matplotlib.figure", lambda: image(lambda figure: None, (1, 1)), "draw the plot: matplotlib", "plot"),
    (
        "starlette.applications",
        lambda: application(VECTORS, ServerSettings("v")),
        "serve vectors: Starlette",
        "serve",
    ),
    ("uvicorn", lambda: serve(ServerSettings("v")), "serve vectors: uvicorn", "serve"),
    (
        "pyarrow",
        VECTORS.to_arrow,
        "read or make Arrow tables and columns, or Parquet and Arrow files: pyarrow",
        "arrow",
    ),
    ("pandas", VECTORS.to_pandas, "make a data frame: pandas", "arrow"),
    ("usearch.index", VECTORS.to_usearch, "build an index of usearch: usearch", "usearch"),
    ("huggingface_hub", lambda: VECTORS.push_to_hub("a/b"), "use the Hugging Face Hub: huggingface_hub", "hub"),
]


@pytest.mark.parametrize(("module", "use", "said", "extra"), USES, ids=[use[0] for use in USES])
def test_a_missing_extra_is_named(monkeypatch, module, use, said, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as caught:
        use()
    assert str(caught.value) == f'cannot {said} is not installed; pip install "w2v[{extra}]"'
