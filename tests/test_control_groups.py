"""Memory limits of control groups, in a made-up ``/proc`` and ``/sys``."""

import pytest

from w2v.control_groups import memory_left

NAMES = {2: ("memory.max", "memory.current", ""), 1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_")}
TOP = {2: "sys/fs/cgroup", 1: "sys/fs/cgroup/memory"}
LINES = {2: "0::{}\n", 1: "8:pids:{0}\n4:cpu,memory:{0}\n0::/\n"}


@pytest.fixture(params=[1, 2], ids=["version 1", "version 2"])
def system(request, tmp_path):
    """Return a function that makes the system of a process in a group: limit, use and cached pages of each group."""

    def make(path, **groups):
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(LINES[request.param].format(path))
        limit, used, prefix = NAMES[request.param]
        for name, (most, now, active, inactive) in groups.items():
            folder = tmp_path / TOP[request.param] / name.replace("_", "/").strip("/")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / limit).write_text(f"{most}\n")
            (folder / used).write_text(f"{now}\n")
            stat = f"anon 7\n{prefix}active_file {active}\n{prefix}inactive_file {inactive}\n"
            (folder / "memory.stat").write_text(stat)
        return tmp_path

    return make


def test_cached_pages_of_files_are_available(system):
    assert memory_left(system("/", _=(1000, 990, 300, 600))) == 910


def test_the_smallest_of_all_groups_around_the_process(system):
    assert (
        memory_left(system("/job/step", job_step=(900, 100, 0, 0), job=(800, 300, 0, 0), _=(9000, 1000, 0, 0))) == 500
    )


def test_a_path_on_the_host_of_a_container(system):
    assert memory_left(system("/docker/0123", _=(700, 200, 0, 50))) == 550


def test_use_beyond_the_limit(system):
    assert memory_left(system("/", _=(100, 200, 0, 0))) == 0


def test_no_limit(tmp_path, system):
    assert memory_left(tmp_path) is None
    assert memory_left(system("/", _=("max", 200, 0, 0))) is None
