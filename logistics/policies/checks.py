"""Checks of the parameters of maintenance policies."""


def check_above(**numbers: float | None) -> None:
    """Raise ``ValueError`` for a number that is given and not above 0."""
    for name, value in numbers.items():
        if value is not None and not 0.0 < value < float("inf"):
            raise ValueError(f"{name} {value:g} is not above 0; give a number of hours")


def check_share(**numbers: float | None) -> None:
    """Raise ``ValueError`` for a number that is given and no share above 0."""
    for name, value in numbers.items():
        if value is not None and not 0.0 < value <= 1.0:
            raise ValueError(f"{name} {value:g} is no share; give a number above 0, up to 1")
