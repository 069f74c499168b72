"""Columns that a scenario fixes: all of them are filled by the compiler and read by the engine."""

import ast
import math
from enum import IntEnum
from pathlib import Path

import numpy as np
import pytest

from scenarios.compiler.columns import BLOCKS, UNFILLED, check_filled, unfilled
from scenarios.loader import compile_document
from simcore import crews, surroundings
from simcore import params as fixed
from simcore.params import Params, RuleR, RuleW
from tests.scenarios.format.case_files import right_documents

ROOT = Path(__file__).parents[3]
ENUMS: dict[str, type[IntEnum]] = {
    name: value
    for module in (fixed, crews, surroundings)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, IntEnum) and value is not IntEnum
} | {columns.__name__: columns for name in ("components", "workshops", "triggers") for columns in BLOCKS[name]}


def names_used(package: str) -> dict[str, set[str]]:
    """Return the attributes of each enum of columns that the modules of a package name, but for the enums' own."""
    used: dict[str, set[str]] = {name: set() for name in ENUMS}
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ENUMS:
                used[node.value.id].add(node.attr)
    return used


@pytest.fixture(scope="module")
def rich() -> dict[str, Params]:
    """Return for every block the parameters of a valid case in which it has a column."""
    found: dict[str, Params] = {}
    for document in right_documents().values():
        compiled = compile_document(document)
        for name in BLOCKS:
            if getattr(compiled.params, name).real.shape[1] > 0:
                found.setdefault(name, compiled.params)
        if compiled.params.injects.shape[1] > 0:
            found.setdefault("injects", compiled.params)
    return found


def test_the_valid_cases_have_something_in_every_block_and_fill_every_column(rich: dict[str, Params]) -> None:
    assert set(rich) == {*BLOCKS, "injects"}
    assert [unfilled(params) for params in rich.values()] == [[]] * len(rich)


def test_every_enum_of_columns_is_checked() -> None:
    checked = {columns.__name__ for pair in BLOCKS.values() for columns in pair} | {
        kind.__name__ for kind in (RuleR, RuleW, surroundings.WeatherR, surroundings.InjectW)
    }
    assert checked == set(ENUMS)


@pytest.mark.parametrize("name", list(BLOCKS))
def test_a_column_that_is_not_filled_is_an_error_that_names_it(name: str, rich: dict[str, Params]) -> None:
    block = getattr(rich[name], name)
    for columns, place, gap in ((BLOCKS[name][0], 0, math.nan), (BLOCKS[name][1], 1, UNFILLED)):
        for column in columns:
            forgotten = [block.real.copy(), block.whole.copy()]
            forgotten[place][column, -1] = gap
            params = rich[name]._replace(**{name: fixed.Block(*forgotten)})
            with pytest.raises(ValueError, match=rf"{name}: {columns.__name__}\.{column.name}$"):
                check_filled(params)


def test_a_forgotten_rule_weather_or_inject_is_an_error_too(rich: dict[str, Params]) -> None:
    params = rich["injects"]
    real, whole, table = params.rules_real.copy(), params.rules_whole.copy(), params.injects.copy()
    level = params.weather.level.copy()
    real[RuleR.DT_S], whole[RuleW.MAX_HOPS] = math.nan, UNFILLED
    level[0, surroundings.WeatherR.HAZE] = math.nan
    table[surroundings.InjectW.BITS, 0] = UNFILLED
    weather = params.weather._replace(level=level)
    holed = params._replace(rules_real=real, rules_whole=whole, injects=table, weather=weather)
    expected = [f"rules: {RuleR.__name__}.DT_S", f"rules: {RuleW.__name__}.MAX_HOPS"]
    assert unfilled(holed)[:2] == expected
    assert [text.split(".")[-1] for text in unfilled(holed)[2:]] == ["HAZE", "BITS"]


def test_the_engine_reads_every_column() -> None:
    read = names_used("simcore")
    unread = [f"{name}.{member}" for name, columns in ENUMS.items() for member in set(columns.__members__) - read[name]]
    assert unread == []


@pytest.mark.parametrize("package", ["simcore", "scenarios", "agents", "viz"])
def test_no_code_names_a_column_that_does_not_exist(package: str) -> None:
    strange = {
        f"{name}.{attribute}"
        for name, attributes in names_used(package).items()
        for attribute in attributes - set(ENUMS[name].__members__) - {"__members__", "__name__"}
    }
    assert strange == set()


def test_entries_that_stand_for_a_gap_are_no_values_of_any_case(rich: dict[str, Params]) -> None:
    for name, params in rich.items():
        if name in BLOCKS:
            block = getattr(params, name)
            assert not np.isnan(block.real).any()
            assert block.whole.min() > UNFILLED
