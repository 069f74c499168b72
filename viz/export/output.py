"""Atomic writing of files: whole or not at all."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from simcore.recording.files import replacing_named

_CHUNK = 1 << 16
"""Characters buffered before encoding and writing."""


def write_text(path: Path, pieces: Iterable[str], member: str = "", files: Mapping[str, bytes] | None = None) -> int:
    """Write pieces of text as UTF-8 and return the size of the file [bytes].

    With ``member`` the file is a zip archive containing the text under that name, and more ``files``
    by name. The file appears under its own
    name only once complete; a failure leaves nothing behind and an existing file unchanged.
    Raises ``RunError`` for a full disk or the like, ``InputError`` if writing there is not permitted.
    """
    with replacing_named(path) as file:
        _write(file, pieces, member, files or {})
    return path.stat().st_size


def _write(file: BinaryIO, pieces: Iterable[str], member: str, files: Mapping[str, bytes]) -> None:
    if member:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open(_entry(member), "w", force_zip64=True) as stream:
                for chunk in _encoded(pieces):
                    stream.write(chunk)
            for name, data in files.items():
                archive.writestr(_entry(name), data)
    else:
        for chunk in _encoded(pieces):
            file.write(chunk)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # a fixed date: same run, same bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(gathered).encode("utf-8", "replace")
            gathered, size = [], 0
    yield "".join(gathered).encode("utf-8", "replace")
