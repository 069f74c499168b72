"""Reading of JSON documents whose kinds and shapes are known: a wrong value is an error with its place."""

from pathlib import Path
from typing import Any, cast

import numpy as np

from simcore.errors import InputError
from simcore.types import F64, I64


class DocumentReader:
    """Reads keys of a document and refuses values of another kind, with their place."""

    def __init__(self, document: dict[str, Any], file: Path, place: str = "") -> None:
        self._document, self._file, self._place = document, file, place

    def wrong(self, name: str, fault: str) -> InputError:
        """Return the error of a key."""
        return InputError(f"{self._file}: {self._place}{name}: {fault}; restore the file or fit the model again")

    def names_inside(self) -> tuple[str, ...]:
        """Return the keys of the object."""
        return tuple(self._document)

    def has(self, name: str) -> bool:
        """Return whether the object has a key."""
        return name in self._document

    def part(self, name: str) -> "DocumentReader":
        """Return the reader of an object inside."""
        value = self._document.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "no object")
        return DocumentReader(cast("dict[str, Any]", value), self._file, f"{self._place}{name}.")

    def number(self, name: str) -> float:
        """Return a finite number."""
        value = self._document.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
            raise self.wrong(name, "no finite number")
        return float(value)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self._document.get(name)
        if not isinstance(value, str):
            raise self.wrong(name, "no text")
        return value

    def whole_list(self, name: str) -> list[Any]:
        """Return a list."""
        value = self._document.get(name)
        if not isinstance(value, list):
            raise self.wrong(name, "no list")
        return cast("list[Any]", value)

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.whole_list(name)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(name, "no list of names")
        return tuple(values)

    def array(self, name: str, shape: tuple[int, ...]) -> F64:
        """Return an array of finite numbers of a shape."""
        try:
            values = np.array(self.whole_list(name), np.float64)
        except (TypeError, ValueError, OverflowError):
            raise self.wrong(name, "no array of numbers") from None
        if values.size == 0 and 0 in shape:
            values = values.reshape(shape)
        if values.shape != shape or not np.isfinite(values).all():
            raise self.wrong(name, f"no array of {' x '.join(str(k) for k in shape)} finite numbers")
        return values

    def wholes(self, name: str, n: int) -> I64:
        """Return an array of whole numbers."""
        values = self.array(name, (n,))
        if not (np.abs(values) < 2**52).all() or not (values == np.floor(values)).all():
            raise self.wrong(name, "no array of whole numbers")
        return values.astype(np.int64)
