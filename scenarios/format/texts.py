"""The texts of scenarios: files, and the library included in the package."""

from importlib.resources import files
from pathlib import Path

from simcore.errors import InputError, ScenarioError

MAX_BYTES = 32 * 2**20
"""Largest file: reading takes about 35 times its size, a gigabyte."""


def library_names() -> list[str]:
    """Return the names of the scenarios included in the package."""
    entries = files("scenarios").joinpath("library").iterdir()
    return sorted(entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml"))


def beside(source: str, name: str) -> str:
    """Return the path of a scenario or table named in the file ``source``, or the name of a library scenario."""
    path = Path(source).parent / name
    return str(path) if path.is_file() or name not in library_names() else name


def is_scenario(path_or_name: str) -> bool:
    """Return whether a text names a file or folder, or a library scenario."""
    try:
        return path_or_name in library_names() or Path(path_or_name).exists()
    except (OSError, ValueError):  # too long for a path, or with a null character
        return True  # ``read_text`` says so


def read_text(path_or_name: str | Path) -> tuple[str, str]:
    """Return (text, source) of a scenario file, or of a library scenario if there is no such file.

    Raises
    ------
    InputError
        If it does not exist or cannot be read as text.
    """
    path = Path(path_or_name)
    name = str(path_or_name)
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder; name a scenario file inside it")
        if path.is_file():
            if path.stat().st_size > MAX_BYTES:
                raise InputError(f"{name}: is larger than {MAX_BYTES // 2**20} MiB; make a smaller scenario")
            return path.read_bytes().decode("utf-8-sig"), name
        if name in library_names():
            return files("scenarios").joinpath("library", f"{name}.yaml").read_text(encoding="utf-8"), name
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8"]) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"{name!r}: cannot be read ({reason}); check the path and its permissions") from None
    from scenarios.format.names import advice

    hint = advice(path.name.removesuffix(".yaml"), library_names())
    raise InputError(f"{name}: no such file or library scenario; {hint} (`chammo list` shows the library)")
