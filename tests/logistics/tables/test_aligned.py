"""Numbers and tables for the terminal."""

import math

import pytest

from logistics.tables.aligned import aligned, digits, per_cent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"), (45.0, "45"), (1234567.0, "1,234,567"), (0.0123446, "0.01234"), (9.9996, "10"), (-2.5, "-2.5"),
        (1e-9, "1.000e-09"), (math.nan, "-"), (math.inf, "never"),
    ],
)  # fmt: skip
def test_numbers_have_four_digits_and_no_idle_zeros(value: float, shown: str) -> None:
    assert digits(value) == shown


def test_columns_are_aligned() -> None:
    assert aligned(("name", "n"), [("a", "1"), ("longer", "22")]) == ["  name     n", "  a        1", "  longer  22"]


def test_shares_are_per_cent() -> None:
    assert per_cent(0.12345) == "12.3 %"
    assert per_cent(math.nan) == "-"
