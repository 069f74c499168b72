"""Through the engine: replacing early gains where parts wear out, and does nothing where the hazard is constant."""

import numpy as np
import pytest

from benchmarks.pages.sustainment import FLEETS, document, play
from scenarios.loader import compile_document
from scenarios.measures.statistics import paired_difference

N, SEED = 6, 11


@pytest.mark.parametrize(("fleet", "policy"), [("constant", "predictive"), ("falling", "opportunistic")])
def test_where_the_hazard_does_not_rise_nothing_is_replaced_early(fleet: str, policy: str) -> None:
    """The runs are the same as with running to failure, replication by replication."""
    compiled = compile_document(document(FLEETS[fleet][1]))
    base, other = play(compiled, "run-to-failure", 2, SEED), play(compiled, policy, 2, SEED)
    for key, values in base.values.items():
        assert np.array_equal(values, other.values[key], equal_nan=True)


def test_where_parts_wear_out_prediction_gains_availability_and_sorties() -> None:
    """The hazard of shape 3 and wear with a signal, repairs that take three times as long as services."""
    compiled = compile_document(document(FLEETS["worn"][1]))
    base, other = (play(compiled, policy, N, SEED) for policy in ("run-to-failure", "predictive"))
    for key in ("ao", "sorties"):
        assert paired_difference(other.values[key], base.values[key]).low > 0.0
    assert paired_difference(other.values["mission_aborts"], base.values["mission_aborts"]).high < 0.0
