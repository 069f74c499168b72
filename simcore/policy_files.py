"""Policies in a file of the user: ``FILE.py:Class``, without a package.

The file is Python code, and naming it runs it, as ``python FILE.py`` would. Scenario files cannot name one, so a
scenario from somewhere else brings no code with it. Runs and batches record the digest of the file as ``sha256``;
with that parameter any other content is refused.
"""

import hashlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from simcore.errors import InputError
from simcore.plugins import policy_failures
from simcore.policy import Policy

_FORM = re.compile(r"(?P<file>[^:].*\.py):(?P<name>[^\W\d]\w*)")
_DIGEST = "sha256"


def is_file_policy(name: str) -> bool:
    """Return whether the name of a policy is that of a file: ``FILE.py:Class``, or ``FILE.py`` alone."""
    return name.endswith(".py") or ".py:" in name


def split_file_policy(text: str) -> tuple[str, str]:
    """Return (``FILE.py:Class``, settings) of ``FILE.py:Class:settings``. Raises ``InputError`` without a class."""
    match = _FORM.match(text)
    rest = text[match.end() :] if match else text
    if match is None or (rest and not rest.startswith(":")):
        raise InputError(f"policy {text}: names no class; write FILE.py:Class, or FILE.py:Class:parameter=value")
    return match[0], rest[1:]


class FileFactory:
    """Makes the policies of a class in a file.

    Raises ``InputError`` if the file cannot be read or lacks the class, ``RunError`` if its code fails.
    """

    def __init__(self, name: str) -> None:
        named, _ = split_file_policy(name)
        file, _, self._class = named.rpartition(":")
        self._name, path = named, Path(file)
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"policy {name}: {file} cannot be read ({reason}); check the path") from None
        self.sha256 = hashlib.sha256(content).hexdigest()
        module = _module(named, str(path), content, self.sha256)
        made: object = getattr(module, self._class, None)
        if not callable(made):
            known = ", ".join(_classes(module)) or "none"
            raise InputError(f"policy {name}: {file} has no class {self._class!r} with `decide`; it has: {known}")
        self._make = cast(Callable[..., Policy], made)

    @property
    def __signature__(self) -> inspect.Signature:
        """The parameters of the class, and the digest of the file."""
        own = inspect.signature(self._make)
        digest = inspect.Parameter(_DIGEST, inspect.Parameter.KEYWORD_ONLY, default=None)
        before = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
        after = [p for p in own.parameters.values() if p.kind is p.VAR_KEYWORD]
        return inspect.Signature([*before, digest, *after])

    @property
    def bare_parameter(self) -> object:
        """The parameter that a value without a name sets, if the class names one."""
        return getattr(self._make, "bare_parameter", None)

    def __call__(self, **parameters: object) -> Policy:
        """Return a new policy. Raises ``InputError`` if the file has another digest than ``sha256``."""
        self._check(parameters)
        return self._make(**{key: value for key, value in parameters.items() if key != _DIGEST})

    def settle_parameters(self, parameters: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters with the digest of the file."""
        self._check(parameters)
        settle = getattr(self._make, "settle_parameters", None)
        settled = cast("Mapping[str, object]", settle(parameters) if callable(settle) else parameters)
        return {**settled, _DIGEST: self.sha256}

    def outside(self, parameters: Mapping[str, object], scenario: str, side: str) -> str:
        """Return the note of the class on scenarios that it was not made for."""
        note: Any = getattr(self._make, "outside", None)
        return str(note(parameters, scenario, side)) if callable(note) else ""

    def _check(self, parameters: Mapping[str, object]) -> None:
        recorded = parameters.get(_DIGEST)
        if recorded is not None and recorded != self.sha256:
            raise InputError(
                f"policy {self._name}: the file has changed: its sha256 is {self.sha256}, not {recorded}; restore the "
                "file, or start anew without this sha256"
            )


@lru_cache(maxsize=32)
def _module(name: str, path: str, content: bytes, sha256: str) -> ModuleType:
    """Return the module of a file's content, run once for each content: a changed file is read anew."""
    module = ModuleType(f"chammo_policy_{sha256[:16]}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses and pickles look their module up by name
    with policy_failures(name, "while its file was read"):
        exec(compile(content, path, "exec"), module.__dict__)
    return module


def _classes(module: ModuleType) -> list[str]:
    own = ((key, value) for key, value in vars(module).items() if isinstance(value, type))
    return sorted(key for key, value in own if value.__module__ == module.__name__ and hasattr(value, "decide"))
