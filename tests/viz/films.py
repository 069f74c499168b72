"""Readers of films: the elements of a WebM file, the pictures of a GIF."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

_CONTAINERS = {0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0x1F43B675, 0x1C53BB6B, 0xBB, 0xB7}


class Video(NamedTuple):
    """What a WebM file says of itself."""

    seconds: float
    width: int
    height: int
    times_ms: list[int]  # of each picture
    keys: list[int]  # pictures that stand alone
    cues: list[tuple[int, bytes]]  # time and the identifier at the position that each names


def read_webm(data: bytes) -> Video:
    """Read a file; raises where an element does not end with that around it."""
    values: dict[int, list[Any]] = {}
    times: list[int] = []
    keys: list[int] = []
    begin = 0

    def read(at: int, end: int) -> None:
        nonlocal begin
        while at < end:
            identifier, at = _number(data, at, keep_mark=True)
            size, at = _number(data, at, keep_mark=False)
            assert at + size <= end, "an element is longer than that around it"
            content = data[at : at + size]
            if identifier == 0x18538067:
                begin = at
            if identifier in _CONTAINERS:
                read(at, at + size)
            elif identifier == 0xA3:
                offset = struct.unpack(">h", content[1:3])[0]
                if content[3] & 0x80:
                    keys.append(len(times))
                times.append(int.from_bytes(values[0xE7][-1]) + offset)
            else:
                values.setdefault(identifier, []).append(content)
            at += size
        assert at == end

    read(0, len(data))
    scale = int.from_bytes(values[0x2AD7B1][0]) / 1e9
    places = [begin + int.from_bytes(one) for one in values[0xF1]]
    cues = [(int.from_bytes(one), data[at : at + 4]) for one, at in zip(values[0xB3], places, strict=True)]
    seconds = struct.unpack(">d", values[0x4489][0])[0] * scale
    return Video(seconds, int.from_bytes(values[0xB0][0]), int.from_bytes(values[0xBA][0]), times, keys, cues)


def _number(data: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """Return an identifier or a length, and the position after it."""
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length])
    return value if keep_mark else value - (1 << (7 * length)), at + length


class Animation(NamedTuple):
    """What a GIF says of itself."""

    width: int
    height: int
    delays: list[int]  # hundredths of a second
    sizes: list[int]  # pixels of each picture after decompression


def read_gif(data: bytes) -> Animation:
    """Read a file and decompress its pictures."""
    assert data[:6] == b"GIF89a"
    width, height, packed = struct.unpack("<HHB", data[6:11])
    at = 13 + 3 * (2 << (packed & 7))
    delays: list[int] = []
    sizes: list[int] = []
    while data[at] != 0x3B:
        if data[at] == 0x21:
            if data[at + 1] == 0xF9:
                delays.append(struct.unpack("<H", data[at + 4 : at + 6])[0])
            _, at = _blocks(data, at + 2)
        else:
            assert data[at] == 0x2C
            code_size = data[at + 10]
            packed_picture, at = _blocks(data, at + 11)
            sizes.append(_decompressed(packed_picture, code_size))
    assert at == len(data) - 1
    return Animation(width, height, delays, sizes)


def _blocks(data: bytes, at: int) -> tuple[bytes, int]:
    found = b""
    while data[at]:
        found += data[at + 1 : at + 1 + data[at]]
        at += data[at] + 1
    return found, at + 1


def _decompressed(data: bytes, code_size: int) -> int:
    """Return the number of pixels (Lempel, Ziv and Welch)."""
    clear, end = 1 << code_size, (1 << code_size) + 1
    lengths: list[int] = []
    size, bits, held, at, total, before = code_size + 1, 0, 0, 0, 0, 0
    while True:
        while bits < size:
            held |= data[at] << bits
            bits, at = bits + 8, at + 1
        code, held, bits = held & ((1 << size) - 1), held >> size, bits - size
        if code == end:
            assert at == len(data)
            return total
        if code == clear:
            lengths, size, before = [1] * (clear + 2), code_size + 1, 0
            continue
        assert code <= len(lengths) - (0 if before else 1), "a code that is not known yet"
        length = lengths[code] if code < len(lengths) else before + 1
        if before and len(lengths) < 4096:
            lengths.append(before + 1)
            if len(lengths) == 1 << size and size < 12:
                size += 1
        total, before = total + length, length
