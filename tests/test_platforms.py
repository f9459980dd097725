"""What other systems lack is not needed: Linux's /proc, Unix's fcntl and resource, folders held open, processor affinity."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import w2v

LACKING = {
    # A container without /proc and control groups.
    "proc": """
        import builtins, io, os
        real_open, real_listdir = io.open, os.listdir
        def refuse(path, *more, real, **named):
            if not isinstance(path, int) and os.fspath(path).startswith(("/proc", "/sys")):
                raise FileNotFoundError(2, "No such file or directory", path)
            return real(path, *more, **named)
        builtins.open = io.open = lambda path, *more, **named: refuse(path, *more, real=real_open, **named)
        os.listdir = lambda path=".": refuse(path, real=real_listdir)
    """,
    # Windows has none of these modules and functions.
    "posix": """
        import mmap, os, sys
        import psutil  # needs them itself, on Linux
        sys.modules["fcntl"] = sys.modules["resource"] = None
        os.supports_dir_fd = os.supports_dir_fd - {os.open}
        for name in ("O_DIRECTORY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "fchmod", "preadv", "sched_getaffinity"):
            delattr(os, name)
        for name in [name for name in vars(mmap) if name.startswith(("MAP_", "MADV_"))]:
            delattr(mmap, name)
    """,
}
PROGRAM = """
    import os, warnings
    import w2v
    from w2v import machine
    from w2v.atomic_files import atomic_write, check_writable
    from w2v.errors import OutputError
    from w2v.experiments.journal import open_json_lines

    assert machine.processors() >= 1 and machine.processor_name()
    assert machine.available_memory() > 0 and machine.peak_memory() >= 0 and machine.resident_memory() >= 0
    with open("text.txt", "w") as file:
        file.write("to be or not to be\\n" * 50)
    corpus = w2v.encode("text.txt", w2v.VocabularyConfig(min_count=1), cache="cache")
    model = w2v.train(corpus, w2v.TrainConfig(vector_size=10, workers=2))
    assert len(model.vectors.most_similar("to")) == 3
    for _ in range(2):  # new, and replaced
        model.save("model.safetensors")
    assert w2v.load("model.safetensors").vectors.most_similar("to") == model.vectors.most_similar("to")
    model.vectors.save("vectors.bin")
    left_over = ".w2v-%08x-999999999-00000000.tmp" % __import__("zlib").crc32(b"vectors.bin")
    open(left_over, "wb").close()
    check_writable("vectors.bin")
    try:
        check_writable("missing/vectors.bin")
    except OutputError as problem:
        assert "create it first" in str(problem)
    else:
        raise AssertionError
    with open_json_lines(__import__("pathlib").Path("j.jsonl"), "test") as lines:
        lines.append({"a": 1})
    assert w2v.cli.main(["neighbors", "model.safetensors", "to"]) == 0
    print(sorted(os.listdir(".")))
"""


def run(folder, code):
    return subprocess.run([sys.executable, "-c", code], cwd=folder, text=True, capture_output=True)


@pytest.mark.parametrize("lacking", [["proc"], ["posix"], ["proc", "posix"]], ids="+".join)
def test_what_other_systems_lack_is_not_needed(tmp_path, lacking):
    found = run(tmp_path, "\n".join(textwrap.dedent(code) for code in [*map(LACKING.get, lacking), PROGRAM]))
    assert found.returncode == 0, found.stderr
    left = ["cache", "j.jsonl", "model.safetensors", "text.txt", "vectors.bin"]
    assert found.stdout.splitlines()[-1] == str(left), found.stdout


def test_what_differs_between_systems_is_in_two_modules():
    """The bridge has a line of its own, as gensim's run loads no module of ours."""
    package = Path(w2v.__file__).parent
    names = r"import (fcntl|resource|psutil|msvcrt)\b|/proc/|\bos\.(O_(?!RDONLY|WRONLY)|preadv|fchmod|sched_)|dir_fd"
    found = {
        str(path.relative_to(package)) for path in package.rglob("*.py") if re.search(names, path.read_text("utf-8"))
    }
    assert found == {"machine.py", "control_groups.py", "gensim_compat/bridge.py"}
