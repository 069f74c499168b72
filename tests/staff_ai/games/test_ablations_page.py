"""The page of the ablations: plain on missing and null results; trained, killed and resumed with few games."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.pages import ablations
from benchmarks.pages.ablations_page import HEAD, PARTS, write_page
from staff_ai.training.checkpoint import Progress
from staff_ai.training.train import train
from tests.agents.environments.games import short_document


def interval(value: float, half: float = 0.1) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": value + half}


def intervals(value: float) -> dict[str, Any]:
    return {"mean": interval(value), "chairs": [interval(value - 0.01), interval(value + 0.01)]}


def stored(**behind: float) -> dict[str, Any]:
    """Return results of the full method and of variants behind it by so much."""
    rows = [{"name": "full", "behind": {}, "score": intervals(0.5)}]
    for name, gap in behind.items():
        gaps = {"full": intervals(gap)}
        rows.append({"name": name.replace("_", "-"), "behind": gaps, "score": intervals(0.5 - gap)})
    costs = {"games": 6100.0, "cpu_s": 120.0, "updates": 40.0}
    return {
        "seeds": 5,
        "games": 6000,
        "search": 1000,
        "compare": 24,
        "games_a_pair": 64,
        "chairs": ["somewhere, blue", "elsewhere, red"],
        "opponents": ["hold", "screen-and-strike"],
        "held_out": ["screen-and-strike"],
        "versions": {"chammo": "1", "engine": "abc"},
        "variants": [row | costs for row in rows],
    }


def test_every_variant_is_explained_and_every_comparison_named() -> None:
    assert {(name, other) for name, one in ablations.VARIANTS.items() for other in one.references} == set(PARTS)
    assert all(f"| `{name}` |" in HEAD for name in ablations.VARIANTS)


def test_variants_differ_from_the_full_method_in_their_part_alone() -> None:
    changed = {name: set(one.changes) for name, one in ablations.VARIANTS.items()}
    assert changed["full"] == set()
    assert changed["raw-targets"] - changed["without-doctrine-choices"] == {"vocabulary"}
    assert changed["without-imitation"] - changed["all-groups-explore"] == {"imitate"}


def test_without_results_the_page_says_that_nothing_is_measured() -> None:
    text = write_page({})
    assert "Not measured yet" in text
    assert "make pages NAME=ablations" in text


def test_the_page_in_the_documentation_is_that_of_the_stored_results() -> None:
    results = json.loads(ablations.RESULTS.read_text()) if ablations.RESULTS.exists() else {}
    assert ablations.PAGE.read_text() == write_page(results)


def test_the_page_says_plainly_what_helps_harms_and_is_not_shown() -> None:
    results = json.loads(json.dumps(stored(without_pool=0.3, without_imitation=-0.3, all_groups_explore=0.05)))
    text = write_page(results)
    assert "- The pool of opponents instead of a single opponent: helps, +0.300 (+0.200, +0.400)." in text
    assert "- Imitation with two groups exploring, instead of neither: **harms**, -0.300 (-0.400, -0.200)." in text
    assert "- Two groups exploring instead of all: **nothing is shown**, +0.050 (-0.050, +0.150)." in text
    assert "**Not measured yet:** `without-doctrine-choices`, `raw-targets`." in text
    assert "screen-and-strike (held out)" in text
    assert "| `without-pool` | +0.200 (+0.100, +0.300) |" in text
    assert "| 6,100 | 120 |" in text


def test_the_page_gives_the_command_of_its_measurement() -> None:
    numbers = "--seeds 5 --games 6000 --search 1000 --compare 24 -n 64"
    variants = "--chairs somewhere:blue,elsewhere:red --only full,without-pool"
    assert f'make pages NAME=ablations PAGE="{numbers} {variants}"' in write_page(stored(without_pool=0.3))


def test_nothing_is_claimed_from_fewer_than_three_seeds() -> None:
    text = write_page({**stored(without_pool=0.3, without_imitation=-0.3), "seeds": 2})
    assert "- The pool of opponents instead of a single opponent: **nothing is shown** with 2 seeds, +0.300" in text
    assert ": helps" not in text
    assert "harms" not in text.split("## Parts")[1]


def test_the_full_method_alone_shows_nothing_of_its_parts() -> None:
    assert "Nothing is shown: no variant has been measured beside its reference." in write_page(stored())


def test_a_page_from_stored_results_is_written_without_games(tmp_path: Path) -> None:
    results, page = tmp_path / "results.json", tmp_path / "page.md"
    results.write_text(json.dumps(stored(without_pool=0.3)))
    assert ablations.main(["--stored", "--results", str(results), "--out", str(page)]) == 0
    assert page.read_text() == write_page(stored(without_pool=0.3))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--only", "everything"], "no variant"),
        (["--seeds", "0"], "give 1 or more"),
        (["--games", "2000"], "give more"),
    ],
)
def test_wrong_options_are_explained(wrong: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        ablations.main(wrong)
    assert message in capsys.readouterr().err


class _KilledError(Exception):
    pass


@pytest.mark.rl
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_measurement_resumes_after_a_kill_and_keeps_each_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sb3_contrib")
    scenario = tmp_path / "short.yaml"
    scenario.write_text(yaml.safe_dump(short_document()))
    small = {"rows": 4, "hidden": (8,), "batch": 40, "validation_games": 2, "critic_updates": 1, "every_s": 60.0}
    monkeypatch.setattr(ablations, "USUAL", {**ablations.USUAL, **small, "doctrines": ("cautious",)})
    page, results, cache = tmp_path / "page.md", tmp_path / "results.json", tmp_path / "cache"
    arguments = [
        "--seeds",
        "1",
        "--games",
        "150",
        "--search",
        "1",
        "--compare",
        "1",
        "-n",
        "2",
        "--chairs",
        f"{scenario}:blue",
    ]
    arguments += ["--cache", str(cache), "--results", str(results), "--out", str(page)]

    def killed(*given: Any, on_update: Any, **named: Any) -> Progress:
        def update(progress: Progress, share: float) -> None:
            on_update(progress, share)
            if progress.updates == 1:
                raise _KilledError

        return train(*given, on_update=update, **named)

    monkeypatch.setattr(ablations, "train", killed)
    with pytest.raises(_KilledError):
        ablations.main([*arguments, "--only", "without-imitation"])
    assert not results.exists()
    (note,) = cache.glob("*/*/seed-0-????????.json")
    assert json.loads(note.read_text())["is_done"] is False

    trained: list[str] = []

    def counted(*given: Any, **named: Any) -> Progress:
        trained.append(given[1].name)
        return train(*given, **named)

    monkeypatch.setattr(ablations, "train", counted)
    assert ablations.main([*arguments, "--only", "without-imitation"]) == 0
    assert len(trained) == 1
    assert json.loads(note.read_text())["games"] >= 150
    assert "Nothing is shown: no variant" in page.read_text()
    assert ablations.main(arguments) == 0
    assert len(trained) == len(ablations.VARIANTS)  # the finished trainings are not repeated
    found = json.loads(results.read_text())
    assert [one["name"] for one in found["variants"]] == list(ablations.VARIANTS)
    assert {one["name"]: set(one["behind"]) for one in found["variants"]} == {
        name: set(one.references) for name, one in ablations.VARIANTS.items()
    }
    assert all(one["games"] >= 150 and one["cpu_s"] > 0 for one in found["variants"])
    text = page.read_text()
    assert "Not measured yet" not in text
    assert ablations.main([*arguments, "--only", "full"]) == 0
    assert len(trained) == len(ablations.VARIANTS)
    assert (page.read_text(), json.loads(results.read_text())) == (text, found)
