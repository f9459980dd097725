"""Changes to the bytes of a file: blind ones, ones that know the format, and seals that hide a change from its digests."""

import copy
import hashlib
import json
import random
import re
import struct
from collections.abc import Iterator
from typing import Any

SCALARS = [
    None,
    True,
    False,
    0,
    7,
    -1,
    2**31,
    2**63,
    2**64,
    10**400,
    0.5,
    -0.0,
    1e300,
    "",
    "x",
    "words",
    "\0",
    "\ud800",
]
VALUES = [*SCALARS, [], [1], ["a", "b"], [[1, 2]], {}, {"a": 1}]
"""What a value in JSON is replaced by."""
NUMBERS = [b"0", b"1", b"-1", b"2", b"999999999", b"18446744073709551616", b"1e9", b"1.5", b"nan", b"", b"+3", b"0x2"]
"""What a number in a header is replaced by."""
ODD_NUMBERS = [b"nan", b"inf", b"-inf", b"1e999", b"1,5", b"0x10", b"1_0", b"--1", b"1e", b"\xd9\xa1"]
ODD_BYTES = [
    b"",
    b" ",
    b"\t",
    b"\r",
    b"\0",
    b"\n",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc2\xa0",
    b"\xe2\x80\xa8",
    b"\x80\x04\x95",
]
TOKENS = [*ODD_NUMBERS, *ODD_BYTES, b"word"]
"""What a word or a value in a text is replaced by."""


def random_bytes(data: bytes, draw: random.Random) -> bytes:
    """Return noise, which half of the time begins as the file does."""
    noise = draw.randbytes(draw.choice((0, 1, 8, 9, 100, len(data))))
    return data[: draw.randrange(len(data))] + noise if draw.random() < 0.5 else noise


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Return the file after one to three blind changes."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        data = _changed(data, draw)
    return data


def _changed(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    length = draw.choice((1, 1, 2, 4, 8, 32))
    match draw.randrange(7):
        case 0 if at < len(data):  # one bit
            return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]
        case 1:  # other bytes
            return data[:at] + draw.randbytes(length) + data[at + length :]
        case 2:  # put in
            return data[:at] + draw.randbytes(length) + data[at:]
        case 3:  # taken out
            return data[:at] + data[at + length :]
        case 4:  # zeros, as after a lost block
            return data[:at] + bytes(min(length, len(data) - at)) + data[at + length :]
        case 5:  # twice
            return data[: at + length] + data[at:]
    return data + draw.choice((b"\0", b"\n", data[:length], draw.randbytes(length)))


# JSON values anywhere in an object.


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def other_json(value: Any, draw: random.Random) -> Any:
    """Return a copy of a JSON value with one value in it replaced, removed or added."""
    value = copy.deepcopy(value)
    *_, last = path = draw.choice(list(_places(value))[1:] or [("",)])
    inside = value
    for key in path[:-1]:
        inside = inside[key]
    match draw.randrange(4):
        case 0 if path != ("",):
            del inside[last]
        case 1 if isinstance(inside, dict):
            inside[draw.choice(["x", "", "config", last])] = draw.choice(VALUES)
        case 2 if isinstance(inside, list):
            inside.insert(last, draw.choice(VALUES))
        case _ if isinstance(inside, dict | list):
            inside[last] = draw.choice(VALUES)
    return value


# The native format: models, vectors and checkpoints.


def _split_native(data: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def _join_native(header: Any, body: bytes) -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def other_native(data: bytes, draw: random.Random) -> bytes:
    """Change a field of the header, a value of the metadata, or bytes of a tensor."""
    header, body = _split_native(data)
    match draw.randrange(3):
        case 0:
            header = other_json(header, draw)
        case 1:
            metadata = other_json(json.loads(header["__metadata__"]["metadata"]), draw)
            header["__metadata__"]["metadata"] = json.dumps(metadata, separators=(",", ":"), sort_keys=True)
        case _:
            body = mutated(body, draw)
    return _join_native(header, body)


def seal_native(data: bytes) -> bytes:
    """Compute all digests of a native file again, as far as it still has the places for them."""
    try:
        header, body = _split_native(data)
        about = header["__metadata__"]
        for name, tensor in header.items():
            if name != "__metadata__":
                start, end = tensor["data_offsets"]
                about[f"sha256.{name}"] = hashlib.sha256(body[start:end]).hexdigest()
        about["sha256.header"] = "0" * 64
        zeros = _join_native(header, b"")
        about["sha256.header"] = hashlib.sha256(zeros).hexdigest()
    except (TypeError, KeyError, ValueError, AttributeError, struct.error):
        return data
    return _join_native(header, body)


# Cache entries: arrays, then the digest of all.


def other_entry(data: bytes, draw: random.Random) -> bytes:
    """Change the shape or the type of an array, the description at the end, or any bytes before the digest."""
    body, digest = data[:-32], data[-32:]
    match draw.randrange(3):
        case 0:
            heads = list(re.finditer(rb"'descr': '(...)'.*?\((\d+),\)", body))
            head, group = draw.choice(heads), draw.choice((1, 2))
            new = draw.choice((b"<u4", b"<i8", b"|O8", b">i8", b"|u1")) if group == 1 else draw.choice(NUMBERS)
            body = body[: head.start(group)] + new + body[head.end(group) :]
        case 1:
            start = body.rindex(b'{"words"')
            body = body[:start] + json.dumps(other_json(json.loads(body[start:]), draw)).encode()
        case _:
            body = mutated(body, draw)
    return body + digest


def seal_entry(data: bytes) -> bytes:
    """Replace the last bytes by the digest of the others."""
    return data[:-32] + hashlib.sha256(data[:-32]).digest()


# Journals: lines that end in their digest.

_SEAL = re.compile(rb', "sha256": "[0-9a-f]*"\}$')


def other_journal(data: bytes, draw: random.Random) -> bytes:
    """Change a value of a line, or the order of lines."""
    lines = data.splitlines()
    place = draw.randrange(len(lines))
    match draw.randrange(4):
        case 0:
            draw.shuffle(lines)
        case 1:
            lines.insert(draw.randrange(len(lines)), lines[place])
        case _:
            lines[place] = json.dumps(other_json(json.loads(lines[place]), draw)).encode()
    return b"\n".join(lines) + b"\n"


def seal_journal(data: bytes) -> bytes:
    """Compute the digest of every line that has one again."""
    return b"\n".join(map(_seal_line, data.split(b"\n")))


def _seal_line(line: bytes) -> bytes:
    bare = _SEAL.sub(b"}", line)
    return line if bare == line else bare[:-1] + b', "sha256": "%b"}' % hashlib.sha256(bare).hexdigest().encode()


# word2vec's formats.


def other_text(data: bytes, draw: random.Random) -> bytes:
    """Replace, double or remove a word or a value, change the header, or exchange lines."""
    lines = [line.split(b" ") for line in data.split(b"\n")]
    fields = lines[draw.randrange(len(lines))]
    place = draw.randrange(len(fields))
    match draw.randrange(5):
        case 0:
            fields[place : place + 1] = draw.choice(([], [fields[place]] * 2, [fields[place], b""]))
        case 1:
            lines[0] = [draw.choice([*NUMBERS, *lines[0]]) for _ in range(draw.choice((1, 2, 2, 2, 3)))]
        case 2:
            lines.insert(draw.randrange(len(lines)), draw.choice(lines))
        case 3:
            draw.shuffle(lines)
        case _:
            fields[place] = draw.choice(TOKENS)
    return b"\n".join(b" ".join(line) for line in lines)


def other_binary(data: bytes, draw: random.Random) -> bytes:
    """Change the header, put a special value into a vector, or another byte into a word."""
    header, body = data.split(b"\n", 1)
    match draw.randrange(3):
        case 0:
            header = b" ".join(draw.choice([*NUMBERS, *header.split()]) for _ in range(draw.choice((1, 2, 2, 2, 3))))
        case 1:
            at = draw.randrange(len(body) - 4)
            body = body[:at] + struct.pack("<f", draw.choice((float("nan"), float("inf"), 3e38, 0.0))) + body[at + 4 :]
        case _:
            at = body.find(b" ", draw.randrange(len(body)))
            body = body[: max(at, 0)] + draw.choice(TOKENS) + body[max(at, 0) :]
    return header + b"\n" + body
