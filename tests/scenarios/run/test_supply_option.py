"""The policy of a side's carriers: from the file or by ``--supply``, in runs, batches, manifests and replays."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scenarios.batch.batch import run_batch
from scenarios.cli import main
from scenarios.format.yaml_text import write_yaml
from scenarios.loader import load
from scenarios.run.play import run_scenario
from scenarios.run.play_again import verify_run
from scenarios.run.policies import choose_policies, policy_entries, policy_options
from simcore.errors import InputError
from tests.simcore.supply_worlds import group, world

POLICY = """
from simcore.supply import Reorder as Base

class Reorder(Base):
    pass
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Return a depot, an outpost that uses up diesel and a truck, decided on every hour."""
    shelf = {"capacity": 400, "demand_per_day": 2400, "reorder_at": 250}
    content = world(
        [
            group("depot", "post", 0, 0),
            group("east", "post", 8, 0),
            group("truck", "truck", 0, 0, task={"verb": "hold"}),
        ],
        [
            {"at": "depot", "items": {"diesel": {"capacity": 100_000}}},
            {"at": "east", "items": {"diesel": shelf}},
        ],
        hours=6.0,
    )
    path = tmp_path / "outpost.yaml"
    path.write_text(write_yaml(content), encoding="utf-8")
    (tmp_path / "mine.py").write_text(POLICY, encoding="utf-8")
    return path


def test_a_run_records_its_supply_policy_and_replays_its_orders_to_the_last_bit(scenario: Path) -> None:
    compiled = load(scenario)
    option = f"blue={scenario.parent / 'mine.py'}:Reorder:full=0.9"
    choices = choose_policies(compiled.roster, (), {}, {"supply": [option]})
    folder = scenario.parent / "run"
    result = run_scenario(compiled, choices, folder=folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    recorded = json.dumps(manifest["policies"][0])
    assert "mine.py:Reorder" in recorded
    assert '"full": 0.9' in recorded
    assert verify_run(folder).is_same
    stocks = pq.read_table(folder / "stocks.parquet").to_pylist()
    assert {row["item"] for row in stocks} == {"diesel", "engine", "shells"}
    assert stocks[0]["on_hand"] == 100_000.0
    assert max(row["sent"] for row in stocks) > 0.0
    without = run_scenario(compiled, choose_policies(compiled.roster))
    assert result.manifest["state_hash"] != without.manifest["state_hash"]


def test_the_options_of_a_manifest_choose_the_same_policies_again(scenario: Path) -> None:
    compiled = load(scenario)
    choices = choose_policies(compiled.roster, ["blue=cautious:silent_radars=true"], {}, {"supply": ["blue=none"]})
    words = policy_options(policy_entries(choices, compiled))
    given = {"--policy": list[str](), "--supply": list[str]()}
    for option, text in zip(words[::2], words[1::2], strict=True):
        given[option].append(text)
    assert [text.partition("=")[0] for text in given["--policy"]] == list(compiled.roster.sides)
    assert choose_policies(compiled.roster, given["--policy"], {}, {"supply": given["--supply"]}) == choices


def test_a_batch_plays_it_as_the_run_does(scenario: Path) -> None:
    compiled = load(scenario)
    option = f"blue={scenario.parent / 'mine.py'}:Reorder"
    choices = choose_policies(compiled.roster, (), {}, {"supply": [option]})
    batch = run_batch(compiled, choices, n=3, folder=scenario.parent / "batch", threads=2)
    run = run_scenario(compiled, choices, replication=2)
    assert batch.replications["state_hash"][2] == run.manifest["state_hash"]


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        ("blue", "write side=name"),
        ("blu=none", "no side 'blu'; did you mean 'blue'?"),
    ],
)
def test_a_wrong_option_gets_a_clear_error(scenario: Path, option: str, problem: str) -> None:
    compiled = load(scenario)
    with pytest.raises(InputError, match=problem):
        choose_policies(compiled.roster, (), {}, {"supply": [option]})


def test_a_scenario_that_counts_no_supplies_takes_no_supply_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "harbour-swarm", "--no-record", "--supply", "blue=none"]) == 2
    assert "no supplies are counted in harbour-swarm" in capsys.readouterr().err
