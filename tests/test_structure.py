"""Rules of the house that a machine can check: exports, downward imports, extras, nothing unsafe, stubs that are true."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import w2v
from w2v import _core, _replay, _text

PACKAGE = Path(w2v.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
# From the text down to the command line: a module imports only what stands before it.
LAYERS = [
    "errors",
    "gensim_names",
    "version",
    "machine",
    "config",
    "atomic_files",
    "corpus",
    "formats",
    "evaluation",
    "vectors",
    "training",
    "geometry",
    "plotting",
    "gensim_compat",
    "corpora",
    "experiments",
    "cli",
    "__init__",
    "__main__",
]


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
        if parts[0] == "w2v" and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS.index(parts[1]) <= here, f"{path.name} imports {name}"


def test_only_one_module_trains():
    users = {path.name for path in FILES if "w2v._core" in set(imported(path))}
    # The last two for the noise pool, and for how often rows are merged.
    assert users == {"trainer.py", "machine.py", "vocabulary.py", "replicas.py"}
    assert [path.name for path in FILES if "Engine(" in path.read_text(encoding="utf-8")] == ["trainer.py"]


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


@pytest.mark.parametrize(("extra", "door"), [("gensim", "bridge.py"), ("matplotlib", "style.py")])
def test_an_extra_has_one_door_and_is_imported_when_it_is_needed(extra, door):
    for path in FILES:
        if extra in {name.split(".")[0] for name in imported(path)}:
            assert path.name == door
            top = ast.Module(ast.parse(path.read_text(encoding="utf-8")).body, [])
            names = [node for node in top.body if isinstance(node, (ast.Import, ast.ImportFrom))]
            assert not any(extra in ast.unparse(node).split() for node in names), f"{path} imports {extra} at once"


@pytest.mark.parametrize("module", [_core, _replay, _text], ids=["_core", "_replay", "_text"])
def test_stubs_name_what_is_there(module):
    stub = ast.parse((PACKAGE / f"{module.__name__.split('.')[1]}.pyi").read_text(encoding="utf-8"))
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            members = {m.name for m in node.body if isinstance(m, ast.FunctionDef)}
            assert members <= set(dir(getattr(module, node.name)))
        elif isinstance(node, ast.FunctionDef):
            assert callable(getattr(module, node.name))


def test_a_missing_core_says_how_to_build_it(tmp_path):
    block = "import sys; sys.modules['w2v._core'] = None; import w2v"
    result = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode != 0
    assert "compiled core is missing" in result.stderr
    assert "pip install ." in result.stderr


def test_a_wrong_isa_is_one_line_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_ISA", "mmx")
    result = subprocess.run(
        [sys.executable, "-m", "w2v", "info"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 2
    assert result.stderr.startswith("w2v: W2V_ISA must be one of ")
    assert "got 'mmx'" in result.stderr
    assert result.stderr.count("\n") == 1
