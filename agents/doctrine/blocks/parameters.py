"""Checks of a policy's parameters."""

import math

from simcore.errors import InputError


def check_number(policy: str, name: str, value: object, low: float, high: float, unit: str = "") -> float:
    """Return ``value`` as a number in [low, high]; raise ``InputError`` that names parameter and range otherwise."""
    allowed = f"give a number from {low:g} to {high:g}{' ' + unit if unit else ''}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"policy {policy}: {name}: {value!r} is not a number; {allowed}")
    if not math.isfinite(value) or not low <= value <= high:
        raise InputError(f"policy {policy}: {name}: {value:g} is out of range; {allowed}")
    return float(value)


def check_switch(policy: str, name: str, value: object) -> bool:
    """Return ``value``, which must be true or false; raise ``InputError`` that names the parameter otherwise."""
    if not isinstance(value, bool):
        raise InputError(f"policy {policy}: {name}: {value!r} is not a switch; give true or false")
    return value
