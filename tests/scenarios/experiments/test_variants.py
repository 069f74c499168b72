"""Variants play the same luck, one after the other, with the same result for any number of threads."""

import numpy as np

from scenarios.batch.playing import play_replications
from scenarios.experiments.variants import named_policies, play_variants
from tests.simcore.small_worlds import compile_world, skirmish


def test_a_variant_played_in_chunks_is_the_replications_played_at_once() -> None:
    content = skirmish(time={"dt_s": 5, "duration_s": 60})
    variants = [compile_world(content), compile_world(content)]
    played = [columns for _, columns in play_variants(variants, 5, range(2, 9), threads=3)]
    alone = play_replications(variants[0], named_policies(variants[0]), 5, range(2, 9))
    for columns in played:
        assert list(columns) == list(alone)
        for name, values in alone.items():
            np.testing.assert_array_equal(columns[name], values, err_msg=name)
