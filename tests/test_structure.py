"""Rules of the house that a machine can check: exports, downward imports, extras, nothing unsafe, stubs that are true."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import w2v
from w2v import _core
from w2v.config import OBJECTIVES
from w2v.training.objectives import TABLE

PACKAGE = Path(w2v.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
# From the text down to the command line: a module imports only what stands before it.
LAYERS = [
    "errors",
    "extras",
    "arrow_layouts",
    "progress",
    "json_values",
    "gensim_names",
    "version",
    "control_groups",
    "machine",
    "arguments",
    "annotations",
    "config",
    "missing_values",
    "facts",
    "html",
    "arrays",
    "atomic_files",
    "file_names",
    "overwriting",
    "atomic_folders",
    "locks",
    "compression",
    "file_signatures",
    "file_kinds",
    "corpus",
    "formats",
    "vectors",
    "evaluation",
    "training",
    "distributed",
    "geometry",
    "sentences",
    "supervision",
    "theory",
    "plotting",
    "gensim_compat",
    "integrations",
    "corpora",
    "experiments",
    "explorer",
    "server",
    "cli",
    "__init__",
    "__main__",
]
# gensim's methods of word vectors that score them: imported when they are called. (The methods for other tools import the
# modules of `w2v.integrations` by name, and nothing else does but a user and the command line: see below.)
UPWARDS = {("keyed_vectors.py", "w2v.evaluation")}


def layer(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_downwards(path):
    here = LAYERS.index(layer(path))
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "w2v" and len(parts) > 1 and parts[1] in LAYERS and (path.name, name) not in UPWARDS:
            assert LAYERS.index(parts[1]) <= here, f"{path.name} imports {name}"


def test_one_module_makes_engines_and_seven_more_know_the_core():
    users = {path.name for path in FILES if "w2v._core" in set(imported(path))}
    # Instruction sets and objectives; the noise pool; merging; the contexts of a tile; held rates.
    assert users == {
        *("chunked_text.py", "directions.py", "engines.py", "machine.py", "memory.py", "noise.py", "replicas.py"),
        *("shards.py", "stability.py", "worker.py"),
    }
    assert [path.name for path in FILES if "Engine(" in path.read_text(encoding="utf-8")] == ["engines.py"]


def test_only_one_module_calls_the_oracle():
    users = {path.name for path in FILES if "w2v._replay" in set(imported(path))}
    assert users == {"replay.py"}


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name == "__init__.py" and p.parent != PACKAGE], ids=lambda p: p.parent.name
)
def test_init_files_only_re_export(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names, exported = set(), set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign):
            assert node.targets[0].id == "__all__"
            exported = set(ast.literal_eval(node.value))
        else:
            assert isinstance(node, ast.Expr), "a docstring, imports and __all__, nothing else"
    assert exported == names


def test_public_names_are_where_the_package_says():
    assert set(w2v._HOMES) | {"__version__", "isa"} == set(w2v.__all__)
    assert all(getattr(w2v, name) is not None for name in w2v.__all__)
    assert set(w2v.__all__) <= set(dir(w2v))
    with pytest.raises(AttributeError, match="no attribute 'word2vec'"):
        w2v.word2vec  # noqa: B018


def test_nothing_unsafe():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "__import__"), path
        modules = {name.split(".")[0] for name in imported(path)}
        assert not modules & {"pickle", "dill", "joblib", "shelve", "marshal"}, path


DOORS = {
    "gensim": {"gensim_compat/bridge.py", "evaluation/test_sets.py"},  # the second locates its files, never imports it
    "matplotlib": {"plotting/style.py", "plotting/plots.py"},
    "plotly": {"plotting/plots.py"},
    "sklearn": {
        "evaluation/probe.py",
        "explorer/layouts.py",
        "integrations/sklearn.py",
        "supervision/linear_classifiers.py",
    },
    "umap": {"explorer/layouts.py"},
    "pyarrow": {"extras.py"},
    "pandas": {"integrations/frames.py"},
    "huggingface_hub": {"integrations/hub.py"},
    "usearch": {"integrations/usearch.py", "vectors/keyed_vectors.py"},  # the second names our module
    "threadpoolctl": {"machine.py", "server/process.py"},
    "starlette": {"server/application.py"},
    "uvicorn": {"server/process.py"},
    "scipy": {"evaluation/statistics.py", "integrations/sklearn.py", "theory/optimum.py"},
    "ot": {"vectors/transport.py"},
    "jieba": {"config.py", "corpus/segmenters.py"},  # the first only names them
    "janome": {"config.py", "corpus/segmenters.py"},
    "fugashi": {"corpus/segmenters.py"},
    "unidic_lite": {"corpus/segmenters.py"},
    "pythainlp": {"config.py", "corpus/segmenters.py"},
    "icu4py": {"corpus/segmenters.py"},
    "tokenizers": {
        "corpus/hugging_face.py",
        "corpus/portable_tokenizer.py",
        "integrations/static_embedding.py",
    },  # no extra, but slow to import
    "fsspec": {"corpus/remote.py"},
    "ray": {"distributed/ray_cluster.py"},
    "mpi4py": {"distributed/on_mpi.py"},
    "zstandard": {"compression.py"},
}


def names_given(path):
    """First parts of the strings that calls are given, such as importlib.import_module("scipy.stats")."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for argument in node.args if isinstance(node, ast.Call) else ():
            first = argument.values[0] if isinstance(argument, ast.JoinedStr) and argument.values else argument
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.partition(".")[0]


@pytest.mark.parametrize("extra", DOORS)
def test_an_extra_has_one_door(extra):
    for path in FILES:
        if extra in {*names_given(path), *(name.split(".")[0] for name in imported(path))}:
            assert str(path.relative_to(PACKAGE)) in DOORS[extra]


def test_integrations_are_imported_when_a_method_is_called():
    users = {path.name for path in FILES if "w2v.integrations." in path.read_text(encoding="utf-8").replace("`", "")}
    assert {path.name for path in FILES if 'import_module(f"w2v.integrations' in path.read_text(encoding="utf-8")} == {
        "keyed_vectors.py"
    }
    within = {path.name for path in FILES if path.parent.name == "integrations"}
    assert users - within == {"keyed_vectors.py", "inputs.py", "files.py"}  # the last two are of the command line


def run_python(code):
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def test_every_module_can_be_imported_without_the_extras():
    modules = [
        "w2v." + str(path.relative_to(PACKAGE)).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in FILES
        if path.name != "__main__.py" and path != PACKAGE / "__init__.py"
        # Its class is one of scikit-learn's; see below.
        if path != PACKAGE / "integrations" / "sklearn.py"
    ]
    code = f"""
import sys, importlib
for extra in {sorted(DOORS)}:
    sys.modules[extra] = None
for module in {modules}:
    importlib.import_module(module)
print(len({modules}))
"""
    assert run_python(code) == [str(len(modules))]


def test_a_module_that_is_for_one_tool_alone_says_how_to_install_it():
    code = """
import sys
sys.modules["sklearn"] = None
try:
    import w2v.integrations.sklearn
except ImportError as error:
    print(type(error).__name__, error)
"""
    said = " ".join(run_python(code))
    assert said == (
        'MissingExtraError cannot make a step of scikit-learn: scikit-learn is not installed; pip install "w2v[sklearn]"'
    )


HEAVY = (
    "w2v.integrations",
    "w2v.distributed",
    "w2v.experiments",
    "w2v.explorer",
    "w2v.geometry",
    "w2v.sentences",
    "w2v.supervision",
    "w2v.theory",
    "w2v.plotting",
    "w2v._replay",
    *DOORS,
)


@pytest.mark.parametrize(
    ("use", "most"),
    [("w2v", 10), ("w2v.KeyedVectors", 65), ("w2v.encode, w2v.train, w2v.load", 142), ("w2v.Word2Vec", 155)],
)
def test_what_is_used_loads_little(use, most):
    loaded = run_python(f"import sys, w2v; {use}; print(*sys.modules)")
    assert not [name for name in loaded if name in HEAVY or name.startswith(tuple(f"{heavy}." for heavy in HEAVY))]
    assert sum(name.partition(".")[0] == "w2v" for name in loaded) <= most


@pytest.mark.parametrize(
    ("use", "late"),
    [
        ("w2v", "numpy click tokenizers tqdm psutil filelock"),
        ("w2v.KeyedVectors", "click tokenizers filelock tqdm"),
        ("w2v.Word2Vec, w2v.train", "click tokenizers filelock tqdm"),
        ("w2v.train(w2v.encode([['a', 'b']] * 99, w2v.VocabularyConfig(min_count=1)))", "asyncio"),
        ("w2v.encode([['a', 'b']], w2v.VocabularyConfig(min_count=1))", "click tokenizers filelock"),
        ("w2v.cli.main(['--help'])", "numpy tokenizers tqdm psutil filelock"),
    ],
)
def test_what_is_not_used_is_not_imported(use, late):
    *_, loaded = run_python(
        f"import sys, w2v; {use}; print(*[name for name in {late.split()} if name in sys.modules], '|')"
    )
    assert loaded == "|"


@pytest.mark.parametrize("package", sorted({file.parent.name for file in FILES if file.parent.parent == PACKAGE}))
def test_every_package_is_an_attribute(package):
    assert run_python(f"import w2v; print(w2v.{package}.__name__, {package!r} in dir(w2v))") == [
        f"w2v.{package}",
        "True",
    ]


def test_an_objective_is_listed_once_in_c_and_once_in_python():
    names = ["sgns", "nt_xent", "decoupled", "triplet", "triplet_dot", "align_uniform", "spectral"]
    assert _core.objectives() == names
    assert list(OBJECTIVES) == names
    assert [objective.name for objective in TABLE.values()] == list(TABLE) == names


@pytest.mark.parametrize("name", ["_core", "_merging", "_phrases", "_replay", "_rows", "_text", "_testing"])
def test_stubs_name_what_is_there(name):
    module = pytest.importorskip(f"w2v.{name}") if name == "_testing" else importlib.import_module(f"w2v.{name}")
    stub = ast.parse((PACKAGE / f"{name}.pyi").read_text(encoding="utf-8"))
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            members = {m.name for m in node.body if isinstance(m, ast.FunctionDef)}
            assert members <= set(dir(getattr(module, node.name)))
        elif isinstance(node, ast.FunctionDef):
            assert callable(getattr(module, node.name))


def test_what_cython_generates_for_memoryviews_is_compiled_once():
    for name in ("_core", "_text"):
        loaded = importlib.import_module(f"w2v.{name}")
        assert b"Out of bounds on buffer access" not in Path(loaded.__file__).read_bytes()
    assert "w2v._shared" in sys.modules


def test_a_missing_core_says_how_to_build_it(tmp_path):
    block = "import sys; sys.modules['w2v._core'] = None; import w2v"
    result = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode != 0
    in_source = (PACKAGE.parent / "setup.py").exists()
    assert ("run Python in another folder" if in_source else "compiled core is missing") in result.stderr
    assert ("pip install -e ." if in_source else "pip install .") in result.stderr


def test_a_wrong_isa_is_one_line_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_ISA", "mmx")
    result = subprocess.run(
        [sys.executable, "-m", "w2v", "info"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 2
    assert result.stderr.startswith("w2v: W2V_ISA must be one of ")
    assert "got 'mmx'" in result.stderr
    assert result.stderr.count("\n") == 1
