"""Checks of the numbers of laws, costs and crews."""

import math
from collections.abc import Mapping

from simcore.errors import InputError


def check_positive(numbers: Mapping[str, float]) -> None:
    """Raise ``InputError`` for the first number, by its name, that is not above 0 and finite."""
    for name, value in numbers.items():
        if not (value > 0.0 and math.isfinite(value)):
            raise InputError(f"{name} {value:g}: not above 0; give a finite positive number")
