"""Library scenarios as they are and as the staff of a side believes them to be, each compiled once."""

from functools import cache
from typing import Any

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_staff_document, load

BLUE, RED = 0, 1


def named(document: dict[str, Any], section: str) -> dict[str, Any]:
    return {entry["name"]: entry for entry in document[section]}


@cache
def library(name: str) -> Compiled:
    return load(name)


@cache
def staff(name: str, side: int) -> Compiled:
    return compile_staff_document(library(name).briefings[side].intelligence, library(name).ground)
