import errno
import io
import os
import re
import resource
import stat
import subprocess
import sys
import threading

import psutil
import pytest

from w2v.atomic_files import atomic_write, check_writable
from w2v.errors import FormatError, OutputError


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"old")
    return path


def write(path, data=b"new"):
    with atomic_write(path) as stream:
        stream.write(data)


def open_descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_new_and_replaced(tmp_path, old):
    write(tmp_path / "fresh", b"1")
    write(old, b"2")
    write(str(old).encode(), b"3")
    assert (tmp_path / "fresh").read_bytes() == b"1"
    assert old.read_bytes() == b"3"
    assert sorted(os.listdir(tmp_path)) == ["fresh", "model.bin"]


def test_relative_path_and_longest_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("x" * 255)
    check_writable("y")
    assert os.listdir(".") == ["x" * 255]


def test_the_file_keeps_its_place_until_the_block_ends(old):
    with atomic_write(old) as stream:
        stream.write(b"new")
        stream.flush()
        assert old.read_bytes() == b"old"
        (temporary,) = (name for name in os.listdir(old.parent) if name != old.name)
        assert re.fullmatch(rf"\.w2v-[0-9a-f]{{8}}-{os.getpid()}-[0-9a-f]{{8}}\.tmp", temporary)
    assert old.read_bytes() == b"new"


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), KeyboardInterrupt(), FormatError("no"), OutputError("another file")]
)
def test_an_exception_leaves_the_old_file(old, error):
    def fail():
        with atomic_write(old) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(type(error)) as caught:
        fail()
    assert caught.value is error
    assert old.read_bytes() == b"old"
    assert os.listdir(old.parent) == [old.name]


def test_a_temporary_file_that_cannot_be_removed_hides_no_error_and_no_success(old, monkeypatch):
    def fails(path, *, dir_fd):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "unlink", fails)
    write(old)
    assert old.read_bytes() == b"new"
    problem = RuntimeError("no")
    with pytest.raises(RuntimeError) as caught, atomic_write(old):
        raise problem
    assert caught.value is problem


def test_an_interrupted_close_after_all_is_synced_is_no_failure(old, monkeypatch):
    class Interrupted(io.BufferedWriter):
        def close(self):
            was_open = not self.closed
            super().close()
            if was_open:
                raise InterruptedError(errno.EINTR, os.strerror(errno.EINTR))

    monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: Interrupted(io.FileIO(descriptor, mode)))
    write(old)
    assert old.read_bytes() == b"new"
    assert os.listdir(old.parent) == [old.name]


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_mode_of_a_new_file_is_that_of_open(tmp_path, umask):
    before = os.umask(umask)
    try:
        write(tmp_path / "ours")
        (tmp_path / "plain").write_bytes(b"")
    finally:
        os.umask(before)
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_mode_of_a_replaced_file_is_kept(old):
    old.chmod(0o640)
    write(old)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_a_symbolic_link_stays_a_link(tmp_path, old):
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link"
    link.symlink_to("../model.bin")
    write(link)
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    dangling = tmp_path / "dangling"
    dangling.symlink_to("created")
    write(dangling)
    assert dangling.is_symlink()
    assert (tmp_path / "created").read_bytes() == b"new"
    assert os.listdir(tmp_path / "folder") == ["link"]


def test_readers_keep_the_file_they_opened(old):
    with open(old, "rb") as reader:
        write(old, b"something longer")
        assert reader.read() == b"old"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "sub", "sub/", "missing/", "missing/file", "model.bin/x", "nul\0", "x" * 256]
)
def test_bad_paths(tmp_path, old, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    for attempt in (check_writable, write):
        with pytest.raises(OutputError, match=r"^cannot write .*: ") as caught:
            attempt(name)
        assert "\n" not in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == ["model.bin", "sub"]
    assert old.read_bytes() == b"old"


def test_the_reason_is_given(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r"no folder .*missing"):
        check_writable(tmp_path / "missing" / "x")
    with pytest.raises(OutputError, match="Is a directory"):
        check_writable(tmp_path)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(OutputError, match="symbolic links"):
        check_writable(loop)


def test_a_write_protected_file_is_not_replaced(old, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the superuser, as whom tests may run, passes always
    for attempt in (check_writable, write):
        with pytest.raises(OutputError, match="Permission denied"):
            attempt(old)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_write_protected_folder(old):
    old.parent.chmod(0o500)
    try:
        for attempt in (check_writable, write):
            with pytest.raises(OutputError, match="Permission denied"):
                attempt(old)
    finally:
        old.parent.chmod(0o700)


def test_check_writable_touches_nothing(old):
    before = old.stat()
    check_writable(old)
    check_writable(old.parent / "fresh")
    after = old.stat()
    assert (before.st_mtime_ns, before.st_ino, before.st_size) == (after.st_mtime_ns, after.st_ino, after.st_size)
    assert os.listdir(old.parent) == [old.name]


def test_devices_and_pipes_are_written_directly(tmp_path):
    for device in ("/dev/null", "/dev/full"):
        check_writable(device)
    write("/dev/null", b"x" * 100_000)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    untouched = tmp_path.stat().st_mtime_ns
    check_writable(fifo)  # must not wait for a reader
    assert tmp_path.stat().st_mtime_ns == untouched
    received = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    write(fifo, b"through")
    reader.join(10)
    assert received == [b"through"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.parametrize("size", [1, 100_000])
def test_a_full_device_is_an_error(size):
    with pytest.raises(OutputError, match="cannot write /dev/full: No space left on device"):
        write("/dev/full", b"x" * size)


def test_standard_output_may_be_a_pipe_or_a_file(tmp_path):
    script = "from w2v.atomic_files import *\nwith atomic_write('/dev/stdout') as f: f.write(b'x' * 9999)"
    piped = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
    assert piped.stdout == b"x" * 9999
    with open(tmp_path / "out", "wb") as out:
        subprocess.run([sys.executable, "-c", script], stdout=out, check=True)
    assert (tmp_path / "out").read_bytes() == b"x" * 9999


@pytest.mark.parametrize("size", [70_000, 1 << 20])
def test_the_limit_of_file_size(old, size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        with pytest.raises(OutputError, match="File too large"):
            write(old, b"x" * size)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert old.read_bytes() == b"old"
    assert os.listdir(old.parent) == [old.name]


def test_order_of_the_steps(old, monkeypatch):
    steps = []
    fsync, replace = os.fsync, os.replace

    def noting_fsync(descriptor):
        mode = os.fstat(descriptor).st_mode
        steps.append("fsync folder" if stat.S_ISDIR(mode) else f"fsync file of {os.fstat(descriptor).st_size}")
        fsync(descriptor)

    def noting_replace(*args, **kwargs):
        steps.append("rename")
        replace(*args, **kwargs)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(os, "replace", noting_replace)
    write(old, b"four")
    assert steps == ["fsync file of 4", "rename", "fsync folder"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize(("function", "nth"), [("open", 1), ("open", 2), ("fchmod", 1), ("fsync", 1), ("replace", 1)])
def test_a_fault_at_every_call(old, monkeypatch, function, nth, code):
    calls = []
    real = getattr(os, function)

    def faulty(*args, **kwargs):
        calls.append(args)
        if len(calls) == nth:
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    before = open_descriptors()
    monkeypatch.setattr(os, function, faulty)
    with pytest.raises(OutputError, match=re.escape(os.strerror(code))):
        write(old)
    monkeypatch.undo()
    assert len(calls) >= nth
    assert old.read_bytes() == b"old"
    assert os.listdir(old.parent) == [old.name]
    assert open_descriptors() == before
    write(old)
    assert old.read_bytes() == b"new"


def test_a_folder_that_cannot_be_synced(old, monkeypatch):
    """The file has its name by then: the error does not claim that nothing changed."""
    real = os.fsync

    def faulty(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", faulty)
    with pytest.raises(OutputError, match=r"the new file is in place, .* Input/output error; check the disk"):
        write(old)
    assert old.read_bytes() == b"new"
    assert os.listdir(old.parent) == [old.name]


def test_left_overs_of_killed_writers_are_swept(old):
    script = (
        "import os, signal, sys\nfrom w2v.atomic_files import *\nwith atomic_write(sys.argv[1]) as f:\n"
        " f.write(b'half'); f.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, old], check=False)
    assert len(os.listdir(old.parent)) == 2
    assert old.read_bytes() == b"old"
    write(old.parent / "other")
    assert len(os.listdir(old.parent)) == 3  # the left-over belongs to another target
    check_writable(old)
    assert sorted(os.listdir(old.parent)) == ["model.bin", "other"]


def test_files_of_living_writers_are_not_swept(old, monkeypatch):
    with atomic_write(old) as first:
        first.write(b"first")
        with atomic_write(old) as second:  # the pid is alive
            second.write(b"second")
        assert old.read_bytes() == b"second"
        monkeypatch.setattr(psutil, "pid_exists", lambda pid: False)  # as seen from another container
        check_writable(old)  # but the lock is held
    assert old.read_bytes() == b"first"
    assert os.listdir(old.parent) == [old.name]


def test_files_that_are_not_locked_yet_are_not_swept(old):
    with atomic_write(old):
        (name,) = (name for name in os.listdir(old.parent) if name != old.name)
    created = old.parent / (name[:-12] + "00000000.tmp")  # as between creating and locking it, in another thread
    created.touch()
    check_writable(old)
    assert created.exists()


def test_what_is_not_a_path_is_a_type_error():
    for path in (3, None, 1.5):
        with pytest.raises(TypeError):
            check_writable(path)
