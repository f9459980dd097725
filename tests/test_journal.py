"""Journals on disk: nothing half-written is left, whatever fails, and one process writes at a time."""

import errno
import io
import json
import os

import pytest

from w2v.errors import ConfigError, FormatError, OutputError
from w2v.experiments.journal import _sealed, open_json_lines, read_json_lines, refuse_foreign_reports


def read(path):
    return read_json_lines(path, "test", dict)


def test_a_line_that_is_no_record_is_named(tmp_path):
    path = tmp_path / "j.jsonl"
    for line in (
        b"no json",
        b'"text"',
        b"3",
        b"\xff",
        b'{"a": 1}',
        _sealed(b'{"a": NaN}'),
        _sealed(b'{"a":' + b"[" * 9999 + b"}"),
    ):
        path.write_bytes(_sealed(b'{"a": 1}') + b"\n\n" + line + b"\n")
        with pytest.raises(FormatError, match=r"j\.jsonl, line 3: it is not a record of a test \(.*remove that line"):
            read(path)


def test_lines_come_back_and_a_torn_one_does_not(tmp_path):
    path = tmp_path / "new" / "j.jsonl"
    with open_json_lines(path, "test") as lines:
        lines.append({"a": 1})
        lines.append({"name": "t\udcff.txt"})  # a file whose name is not UTF-8
        assert len(read(path)) == 2
    path.write_bytes(path.read_bytes() + b'{"b":')
    assert len(read(path)) == 2
    with open_json_lines(path, "test") as lines:
        lines.append({"c": 3})
    assert read(path)[2] == {"c": 3}
    assert read(tmp_path / "none") == []


@pytest.mark.parametrize("first", [True, False])
def test_a_line_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch, first):
    path = tmp_path / "j.jsonl"
    if not first:
        with open_json_lines(path, "test") as lines:
            lines.append({"a": 1})

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with (
            pytest.raises(OutputError, match=r"cannot write .*j\.jsonl: No space left on device"),
            open_json_lines(path, "test") as lines,
        ):
            lines.append({"b": 2})
    assert path.exists() != first  # a file in which nothing stands is removed
    with open_json_lines(path, "test") as lines:
        lines.append({"c": 3})
    assert read(path)[-1] == {"c": 3}
    assert len(read(path)) == (1 if first else 2)


def test_what_happens_inside_keeps_its_own_error(tmp_path):
    with pytest.raises(FileNotFoundError), open_json_lines(tmp_path / "j.jsonl", "test"):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "text.txt")


def test_one_process_writes_at_a_time(tmp_path):
    with (
        open_json_lines(tmp_path / "j.jsonl", "test"),
        pytest.raises(OutputError, match="another test is writing it; wait for it"),
        open_json_lines(tmp_path / "j.jsonl", "test"),
    ):
        pass


def test_a_folder_in_its_place_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="cannot write"), open_json_lines(tmp_path, "test"):
        pass


def test_a_report_of_something_else_is_not_replaced(tmp_path):
    refuse_foreign_reports(tmp_path / "j.jsonl", ("report.md",))
    (tmp_path / "report.md").write_text("mine")
    with pytest.raises(
        ConfigError, match=r"cannot replace .*report\.md: there is no j\.jsonl .*; choose another folder"
    ):
        refuse_foreign_reports(tmp_path / "j.jsonl", ("report.md",))
    (tmp_path / "j.jsonl").write_text("{}\n")
    refuse_foreign_reports(tmp_path / "j.jsonl", ("report.md",))


def test_every_changed_byte_of_a_line_is_noticed(tmp_path):
    path = tmp_path / "j.jsonl"
    with open_json_lines(path, "test") as lines:
        lines.append({"speed": 1234.5, "name": "x"})
    sound = path.read_bytes()
    assert json.loads(sound)["speed"] == 1234.5  # any reader of JSON lines can read it
    for place in range(len(sound) - 1):
        for other in (b"5", b'"', b" ", b"}"):
            if sound[place : place + 1] != other:
                path.write_bytes(sound[:place] + other + sound[place + 1 :])
                with pytest.raises(FormatError, match="checksum"):
                    read(path)


def test_a_journal_without_checksums_says_what_to_do(tmp_path):
    (tmp_path / "j.jsonl").write_text('{"a": 1}\n')
    with pytest.raises(
        FormatError, match=r"no checksum, so an earlier version wrote it, or .*; remove that line, or choose"
    ):
        read(tmp_path / "j.jsonl")


def test_a_disk_that_fails_is_reported(tmp_path, monkeypatch):
    path = tmp_path / "j.jsonl"
    path.write_text("")

    def failing(path):
        raise OSError(errno.EIO, "it broke")

    monkeypatch.setattr("w2v.experiments.journal.os.stat", failing)
    with pytest.raises(FormatError, match=r"cannot read .*j\.jsonl: it broke"):
        read(path)


def test_lines_are_safe_although_closing_fails(tmp_path, monkeypatch):
    class Unclosable(io.FileIO):
        def close(self):
            was_open = not self.closed
            super().close()
            if was_open:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(io, "FileIO", Unclosable)
    with open_json_lines(tmp_path / "j.jsonl", "test") as lines:
        lines.append({"a": 1})
    assert len(read(tmp_path / "j.jsonl")) == 1
