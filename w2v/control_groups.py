"""Limits of memory that Linux sets for control groups: containers, services of systemd, jobs on a cluster.

    /proc/self/cgroup    0::/a/b          version 2: /sys/fs/cgroup/a/b, and the groups around it
                         4:memory:/a/b    version 1: /sys/fs/cgroup/memory/a/b, likewise

In a container, the path may be that on its host, where it has none; its own group is then the outermost one that it sees.
Cached pages of files, such as a text that was just read, count as used; but they are given up when memory is short.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class _Names(NamedTuple):
    """The files of a group with its limit and its use, and what its ``memory.stat`` calls cached pages of files."""

    limit: str
    used: str
    cached: tuple[str, ...]


_VERSIONS = {
    "": _Names("memory.max", "memory.current", ("active_file", "inactive_file")),
    "memory": _Names("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_active_file", "total_inactive_file")),
}
"""By the folder of each version in ``/sys/fs/cgroup``, which is also the name of its controller in ``/proc/self/cgroup``."""


def memory_left(root: Path = Path("/")) -> int | None:
    """Return how many more bytes the control groups of this process let it use; None if none has a limit.

    Parameters
    ----------
    root : Path
        The folder that contains ``proc`` and ``sys``.
    """
    found = [_left(folder, names) for folder, names in _groups(root)]
    return min((left for left in found if left is not None), default=None)


def _groups(root: Path) -> Iterator[tuple[Path, _Names]]:
    """Yield the folders of the groups that this process is in, from the inside out."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for controller in set(controllers.split(",")) & _VERSIONS.keys():
            top = root / "sys/fs/cgroup" / controller
            inner = top / path.lstrip("/")
            for folder in (inner, *inner.parents):
                yield folder, _VERSIONS[controller]
                if folder == top:
                    break


def _left(folder: Path, names: _Names) -> int | None:
    try:
        limit = (folder / names.limit).read_text(encoding="ascii").strip()
        if limit == "max":
            return None
        used = int((folder / names.used).read_text(encoding="ascii"))
        stat = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
        cached = sum(int(stat.get(name, 0)) for name in names.cached)
        return max(0, int(limit) - max(0, used - cached))
    except (OSError, ValueError):  # no such group here, or no such controller
        return None
