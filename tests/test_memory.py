"""Memory as it is measured: a process is told its own peak, not its parent's."""

import subprocess
import sys

from w2v.machine import peak_memory, resident_memory


def test_the_peak_is_at_least_what_is_held_and_grows():
    before = peak_memory()
    held = b"x" * (before + (64 << 20))
    assert peak_memory() > len(held)
    # The kernel keeps the two counters apart, each exact to some pages per processor.
    assert peak_memory() >= resident_memory() - (1 << 20)


def test_a_child_is_not_told_its_parents_peak():
    held = b"x" * (256 << 20)
    code = "from w2v.training.memory import peak_memory; print(peak_memory())"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 1 << 20 < int(child.stdout) < len(held)
