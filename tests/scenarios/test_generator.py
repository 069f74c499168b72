"""Generated scenarios: any size, both sides, same file from the same seed."""

from collections import Counter

import numpy as np
import pytest
import yaml

from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import parse_document
from scenarios.format.resolve import resolve
from scenarios.generator import generate
from simcore.params import RuleR
from simcore.types import Domain


def build(n_units: int, seed: int = 1, density_per_km2: float = 0.02) -> Compiled:
    return compile_scenario(resolve(parse_document(generate(n_units, seed, density_per_km2, 1.0, 5.0))))


def platform_shares(n_units: int) -> dict[str, float]:
    """Return the share of each platform among the units of a generated file."""
    count: Counter[str] = Counter()
    for group in yaml.safe_load(generate(n_units, 1, 0.02, 1.0, 5.0))["groups"]:
        for entry in group["units"]:
            count[entry["platform"]] += entry.get("count", 1)
    assert count.total() == n_units
    return {name: k / n_units for name, k in count.items()}


@pytest.mark.parametrize("n_units", [2, 3, 17, 40, 101, 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_generated_scenario_has_the_units_asked_for(n_units: int, seed: int) -> None:
    compiled = build(n_units, seed)
    assert len(compiled.roster.units) == n_units
    counts = np.bincount(compiled.roster.unit_side)
    assert abs(int(counts[0]) - int(counts[1])) <= 1
    if n_units >= 1000:
        assert {int(domain) for domain in compiled.roster.unit_domain} == {Domain.LAND, Domain.SURFACE, Domain.AIR}


def test_same_seed_same_file() -> None:
    assert generate(200, 5, 0.02, 1.0, 5.0) == generate(200, 5, 0.02, 1.0, 5.0)
    assert generate(200, 5, 0.02, 1.0, 5.0) != generate(200, 6, 0.02, 1.0, 5.0)


@pytest.mark.parametrize("n_units", [100, 200, 1000])
def test_mix_of_platforms_is_the_same_at_any_size(n_units: int) -> None:
    large, small = platform_shares(4000), platform_shares(n_units)
    for name in large:  # a post more or less is a hundredth of a hundred units
        assert abs(small.get(name, 0.0) - large[name]) <= 0.015, name


@pytest.mark.parametrize("density_per_km2", [0.005, 0.1])
def test_density_is_kept(density_per_km2: float) -> None:
    for n_units in (500, 2000):
        rules = build(n_units, 1, density_per_km2).params.rules_real
        area = (rules[RuleR.EAST] - rules[RuleR.WEST]) * (rules[RuleR.NORTH] - rules[RuleR.SOUTH]) / 1e6
        assert n_units / area == pytest.approx(density_per_km2, rel=0.05)
