"""The subset of YAML that is read, and what is written back."""

import contextlib
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.format.yaml_text import plain_scalar, read_yaml, show_path, write_yaml
from simcore.errors import ScenarioError

SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | st.text()


def data(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    extend: Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]] = lambda inner: (  # noqa: E731
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), inner, max_size=4)
    )
    return st.recursive(leaves, extend, max_leaves=12)


@pytest.mark.parametrize("text", ["0E0", "1e5", "-.5E+3", "12", "1.", "null", "", "~", ".inf", "0x1F", "1_000", "yes"])
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    assert read_yaml(write_yaml({"value": text}), "x").data == {"value": text}


@given(data(SCALARS.filter(lambda value: not isinstance(value, str) or value.isprintable())))
def test_what_is_written_is_read_back(value: Any) -> None:
    assert read_yaml(write_yaml({"value": value}), "x").data == {"value": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-7", -7), ("1.5", 1.5), ("1e3", 1000.0), ("1.0e-6", 1e-6), (".5", 0.5), ("", None), ("null", None),
        ("true", True), ("no", "no"), ("off", "off"), ("1:30", "1:30"), ("0x10", "0x10"), ("2026-01-01", "2026-01-01"),
        (".inf", math.inf), ("1_000", "1_000"),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, value: object) -> None:
    assert plain_scalar(text) == value
    assert type(plain_scalar(text)) is type(value)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ScenarioError):
        read_yaml(text, "x")


def test_paths_and_lines() -> None:
    parsed = read_yaml("a:\n  - b: 1\n    c: 2\n", "x")
    assert show_path(("a", 0, "c")) == "a[0].c"
    assert parsed.line(("a", 0, "c")) == 3
    assert parsed.line(("a", 0, "missing")) == 2
    assert parsed.line(("nowhere",)) == 1
