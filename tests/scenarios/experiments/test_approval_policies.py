"""`chammo approvals`: every policy with every crew, paired, and honest about what it is asked."""

import json
from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.playing import play_replications
from scenarios.cli import main
from scenarios.commands.approvals import APPROVALS
from scenarios.experiments.approvals import Variant, compare, play_policies, variants, vary
from scenarios.loader import load
from scenarios.run.policies import choose_policies
from simcore.recording.tables import read_table

SCENARIO = "harbour-swarm"


def test_every_policy_meets_every_crew_and_the_autonomous_side_comes_last() -> None:
    chosen = variants(["approve", "veto", "autonomous"], [1, 3])
    assert [variant.name for variant in chosen] == [
        "approve, 1 operator",
        "approve, 3 operators",
        "veto, 1 operator",
        "veto, 3 operators",
        "autonomous",
    ]


def test_a_variant_changes_the_side_and_nothing_else() -> None:
    scenario = load(SCENARIO).scenario
    varied = vary(scenario, "blue", Variant("veto", 7)).content
    before = scenario.content
    assert {group.autonomy for group in varied.groups if group.side == "blue"} == {"veto"}
    assert [group for group in varied.groups if group.side == "red"] == [g for g in before.groups if g.side == "red"]
    crew, was = varied.sides[0].operators, before.sides[0].operators
    assert crew is not None
    assert was is not None
    assert crew.count == 7
    assert crew.model_copy(update={"count": was.count}) == was
    assert varied.sides[1] == before.sides[1]
    assert varied.map == before.map


def test_a_side_without_a_crew_gets_one_of_the_default_kind() -> None:
    crew = vary(load(SCENARIO).scenario, "red", Variant("approve", 2)).content.sides[1].operators
    assert crew is not None
    assert crew.count == 2
    assert vary(load(SCENARIO).scenario, "red", Variant("autonomous", None)).content.sides[1].operators is None


def test_variants_share_their_luck_and_chunks_do_not_show() -> None:
    compiled = load(SCENARIO)
    chosen = [Variant("approve", 1), Variant("autonomous", None)]

    def play(threads: int) -> list[dict[str, np.ndarray]]:
        outcomes = play_policies(
            compiled.scenario, "blue", chosen, lambda v: choose_policies(v.roster, [], {}), n=6, seed=3, threads=threads
        )
        assert [row.difference is None for row in compare(outcomes, ["blue_losses"])] == [False, True]
        return [outcome.measures for outcome in outcomes]

    one, many = play(1), play(3)
    for first, second in zip(one, many, strict=True):
        for name, values in first.items():
            np.testing.assert_array_equal(values, second[name])
    alone = play_replications(compiled, choose_policies(compiled.roster, [], {}), 3, [4])
    assert one[0].keys() <= alone.keys()
    assert one[0]["blue_losses"].sum() > one[1]["blue_losses"].sum()  # waiting costs ships


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--side", "bleu"], "--side bleu: no such side; did you mean `blue`?"),
        (["--policies", "aprove"], "--policies aprove: no such policy; give some of manual, approve, veto, autonomous"),
        (["--operators", "1,x"], "--operators 1,x: not a list of whole numbers from 0; give for example 1,2,4"),
        (["--measures", "blue_scor"], "--measures blue_scor: no such measure; did you mean `blue_score`?"),
        (["-n", "1"], "-n 1: an interval needs two replications; give 2 or more"),
        (["--threads", "0"], "--threads 0: below 1; give the number of threads"),
    ],
)
def test_a_wrong_argument_is_refused_with_a_remedy(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["approvals", SCENARIO, *arguments]) == 2
    assert f"chammo: {message}" in capsys.readouterr().err


def test_the_command_prints_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    common = ["approvals", SCENARIO, "-n", "4", "--policies", "approve", "--operators", "1", "--quiet"]
    assert main(common) == 0
    text = capsys.readouterr().out
    assert "approve, 1 operator" in text
    assert "less autonomous (paired)" in text
    assert main([*common, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert {row["policy"] for row in content["comparisons"]} == {"approve", "autonomous"}
    assert content["crews"][0]["approvals_asked"] > 0
    assert APPROVALS.summary


def test_a_recorded_run_tells_of_every_request_and_repeats(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert main(["run", SCENARIO, "--out", str(folder)]) == 0
    events = read_table(folder / "events.parquet")
    asked = events["kind"] == "approval_asked"
    granted = events["kind"] == "approval_granted"
    measures = json.loads((folder / "measures.json").read_text(encoding="utf-8"))["measures"]
    assert asked.sum() >= granted.sum() > 0
    assert measures["blue_approvals_asked"] == asked.sum()
    assert measures["blue_approvals_granted"] == granted.sum()
    assert events["a"][granted].max() <= 60  # nobody waits longer than the time-out
    assert main(["run", "--verify", str(folder)]) == 0
