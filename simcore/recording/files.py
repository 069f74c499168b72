"""Atomic writing of files: a crash leaves the old file or the new file, never half a file."""

import errno
import hashlib
import json
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from simcore.errors import InputError, RunError, WargameError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG}


def write_error(path: Path, error: OSError, kept: str = "") -> WargameError:
    """Return the error to raise after a failed write: place, reason, remedy. ``kept`` names the data that is safe."""
    code = error.errno if error.errno is not None else _arrow_errno(error)
    reason = os.strerror(code) if code else str(error)
    tail = f"; {kept}" if kept else ""
    if code in _FULL:
        return RunError(f"{path}: cannot write: {reason}; free some space or choose another disk with --out{tail}")
    if code in _DENIED:
        return InputError(f"{path}: cannot write: {reason}; choose a folder with write permission with --out{tail}")
    return RunError(f"{path}: cannot write: {reason}; check the disk or choose another with --out{tail}")


def _arrow_errno(error: OSError) -> int | None:
    """Return the number in pyarrow's ``[errno 28] ...``: pyarrow does not always fill in ``errno``."""
    _, mark, rest = str(error).partition("[errno ")
    number = rest.partition("]")[0]
    return int(number) if mark and number.isdigit() else None


@contextmanager
def replacing(path: Path) -> Generator[BinaryIO]:
    """Open a temporary file beside ``path``; on success it is flushed to the disk and replaces ``path``.

    A failure leaves an existing file unchanged and removes the temporary file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident():x}.tmp")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``path`` atomically and flush it to the disk."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing_named(path: Path) -> Generator[BinaryIO]:
    """Open a file named by the user, as ``replacing`` does. Raises ``WargameError`` when it cannot be written."""
    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else f"the folder {path.parent} does not exist"
        raise InputError(f"{path}: {what}; give the name of a file in an existing folder")
    try:
        with replacing(path) as file:
            yield file
    except OSError as error:
        raise write_error(path, error, "an existing file is unchanged") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file named by the user, atomically. Raises ``WargameError`` when it cannot be written."""
    with replacing_named(path) as file:
        file.write(text.encode())


def check_new_folder(folder: Path) -> None:
    """Raise ``InputError`` when ``folder`` is the working directory or contains it: it could not be replaced."""
    here = Path.cwd()
    place = folder.resolve()
    if place == here or place in here.parents:
        raise InputError(f"--out {folder}: is the current folder or contains it; give the name of a new folder")


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as JSON, atomically."""
    write_bytes(path, (json_text(value) + "\n").encode())


def json_text(value: object) -> str:
    """Return ``value`` as JSON, with null for NaN and infinity, which JSON lacks."""
    return json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0.0 else None
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in cast("dict[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in cast("list[Any]", value)]
    return value


def read_json(path: Path, most_bytes: int = 2**30) -> dict[str, Any]:
    """Return the object in a JSON file.

    Raises ``InputError`` when the file is missing, damaged, larger than ``most_bytes`` or nested deeper than any file
    written by Chammo.
    """
    return parse_json(read_json_bytes(path, most_bytes), path)


def read_json_bytes(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a JSON file. Raises ``InputError`` when it is missing or larger than ``most_bytes``."""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe has no end
            raise InputError(f"{path}: is not a regular file; {_RESTORE}")
        if path.stat().st_size > most_bytes:
            raise InputError(f"{path}: larger than {most_bytes:,} bytes, so Chammo did not write it; {_RESTORE}")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: the file is missing; is {path.parent} a folder written by Chammo?") from None
    except (ValueError, OSError, MemoryError) as error:
        raise _not_whole(path, error) from None


def parse_json(data: bytes, path: Path) -> dict[str, Any]:
    """Return the object in the bytes of the JSON file ``path``. Raises ``InputError`` when damaged or too deep."""
    try:
        value: object = json.loads(data, parse_constant=_refuse_constant)
    except RecursionError:
        raise InputError(f"{path}: nested too deeply; {_RESTORE}") from None
    except (ValueError, MemoryError) as error:
        raise _not_whole(path, error) from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected a JSON object; {_RESTORE}")
    if not _is_shallow(cast("dict[str, Any]", value)):
        raise InputError(f"{path}: nested too deeply; {_RESTORE}")
    return cast("dict[str, Any]", value)


def _not_whole(path: Path, error: Exception) -> InputError:
    return InputError(f"{path}: not a whole JSON file ({error!s:.200}); {_RESTORE}")


_RESTORE = "restore it or make the folder again"
_DEEPEST = 32


def _is_shallow(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(cast("dict[str, Any]", item).values())
            elif isinstance(item, list):
                inner.extend(cast("list[Any]", item))
        level = [item for item in inner if isinstance(item, (dict, list))]
        if not level:
            return True
    return False


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not valid JSON")


def sync_file(path: Path) -> None:
    """Flush a written file to the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, where the system supports it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def digest(path: Path) -> str:
    """Return the blake2b digest of a file, as hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
