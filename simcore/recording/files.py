"""Writing files so that a crash leaves the old file or the new one, never half of one."""

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
    """Return the error to raise when writing ``path`` failed: where, what, what to do. ``kept`` says what is safe."""
    code = error.errno if error.errno is not None else _arrow_errno(error)
    reason = os.strerror(code) if code else str(error)
    tail = f"; {kept}" if kept else ""
    if code in _FULL:
        return RunError(f"{path}: cannot write: {reason}; free some space or choose another disk with --out{tail}")
    if code in _DENIED:
        return InputError(f"{path}: cannot write: {reason}; choose a folder that you may write to with --out{tail}")
    return RunError(f"{path}: cannot write: {reason}; check the disk or choose another with --out{tail}")


def _arrow_errno(error: OSError) -> int | None:
    """Return the number in pyarrow's ``[errno 28] ...``: it does not always fill in ``errno``."""
    _, mark, rest = str(error).partition("[errno ")
    number = rest.partition("]")[0]
    return int(number) if mark and number.isdigit() else None


@contextmanager
def replacing(path: Path) -> Generator[BinaryIO]:
    """Open a new file beside ``path`` that takes its place, forced to the disk, when all went well.

    A failure leaves an older file as it was, and nothing beside it.
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
    """Write ``path`` atomically and force it to the disk."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing_named(path: Path) -> Generator[BinaryIO]:
    """Open a file that a user named, as ``replacing`` does. Raises ``WargameError`` when it cannot be written there."""
    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else f"the folder {path.parent} does not exist"
        raise InputError(f"{path}: {what}; give the name of a file in a folder that exists")
    try:
        with replacing(path) as file:
            yield file
    except OSError as error:
        raise write_error(path, error, "an older file there is as it was") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file that a user named, atomically. Raises ``WargameError`` when it cannot be written there."""
    with replacing_named(path) as file:
        file.write(text.encode())


def check_new_folder(folder: Path) -> None:
    """Raise ``InputError`` unless ``folder`` is a place where a new folder can be written and replaced."""
    here = Path.cwd()
    place = folder.resolve()
    if place == here or place in here.parents:
        raise InputError(f"--out {folder}: is the folder you are in, or holds it; give the name of a new folder")


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as JSON, atomically."""
    write_bytes(path, (json_text(value) + "\n").encode())


def json_text(value: object) -> str:
    """Return ``value`` as JSON. NaN and infinity become null: JSON has neither."""
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
    that Chammo writes.
    """
    remedy = "restore it or make the folder again"
    try:
        if path.exists() and not path.is_file():  # a device or a pipe has no end
            raise InputError(f"{path}: is no file; {remedy}")
        if path.stat().st_size > most_bytes:
            raise InputError(f"{path}: larger than {most_bytes:,} bytes, so Chammo did not write it; {remedy}")
        value: object = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
    except FileNotFoundError:
        raise InputError(f"{path}: the file is missing; is {path.parent} a folder that Chammo wrote?") from None
    except RecursionError:
        raise InputError(f"{path}: nested too deeply; {remedy}") from None
    except (ValueError, OSError, MemoryError) as error:
        raise InputError(f"{path}: not a whole JSON file ({error!s:.200}); {remedy}") from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected a JSON object; {remedy}")
    if not _is_shallow(cast("dict[str, Any]", value)):
        raise InputError(f"{path}: nested too deeply; {remedy}")
    return cast("dict[str, Any]", value)


_DEEPEST = 32


def _is_shallow(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(cast("dict[str, Any]", one).values())
            elif isinstance(one, list):
                inner.extend(cast("list[Any]", one))
        level = [one for one in inner if isinstance(one, (dict, list))]
        if not level:
            return True
    return False


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def sync_file(path: Path) -> None:
    """Force a written file to the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force the entries of a folder to the disk, where the system can."""
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
