"""Scenarios: their file format, compilation, runs, batches, measures, statistics and commands.

From Python, start here: ``from scenarios import load, compare``. The names are imported when they are used, so that
``import scenarios`` stays quick.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.front.comparison import compare
    from scenarios.front.scenario import Scenario, load

__all__ = ["Scenario", "compare", "load"]

_HOMES = {"Scenario": "scenario", "compare": "comparison", "load": "scenario"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'scenarios' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"scenarios.front.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
