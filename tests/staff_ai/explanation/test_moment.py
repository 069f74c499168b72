"""Moments of games and the commander's own plan: times, folders, sides and files that are wrong are told clearly."""

from pathlib import Path

import pytest

from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError, WargameError
from simcore.recording.manifest import read_manifest, write_manifest
from staff_ai.courses.course import CONTINUE, follow
from staff_ai.explanation.moment import open_moment, read_own_plan, read_time
from tests.staff_ai.courses.crossing import crossing


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded run of the crossing with the policy ``cautious`` for blue."""
    compiled = crossing()
    folder = tmp_path_factory.mktemp("moment") / "run"
    run_scenario(compiled, choose_policies(compiled.roster, ["blue=cautious"]), seed=3, folder=folder)
    return folder


@pytest.mark.parametrize(
    ("text", "time_s"), [("40min", 2_400.0), ("2400s", 2_400.0), ("1:10:00", 4_200.0), ("1.5h", 5_400.0)]
)
def test_times_are_read(text: str, time_s: float) -> None:
    assert read_time(text) == time_s


@pytest.mark.parametrize("text", ["40", "1:70:00", "-5min", "soon", "5 minutes", ""])
def test_a_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no time"):
        read_time(text)


def test_a_moment_is_the_decision_at_or_before_the_time(run: Path) -> None:
    found = open_moment(f"{run}@130s", "blue")
    assert found.tick * found.compiled.roster.dt_s == 100.0  # decisions every 50 s: 100 s is the last before 130 s
    assert found.incumbent == follow("cautious")
    assert open_moment(f"{run}@130s", "red").side == 1
    assert open_moment("two-patrols@10min", None).incumbent.name in (CONTINUE.name, "aggressive", "cautious", "defend")


@pytest.mark.parametrize(
    ("moment", "side", "message"),
    [
        ("{run}", None, "no time; write RUN@TIME"),
        ("{run}@2h", None, "outside of the run"),
        ("{run}@60s", "green", "no staff; give blue or red"),
        ("{run}-missing@60s", None, "no such folder"),
        ("no-such-scenario@60s", None, "no-such-scenario"),
        ("two-patrols@100h", None, "outside of the scenario"),
    ],
)
def test_a_wrong_moment_is_told(run: Path, moment: str, side: str | None, message: str) -> None:
    with pytest.raises(WargameError, match=message):
        open_moment(moment.format(run=run), side)


def test_a_folder_of_another_version_or_changed_since_is_refused(run: Path, tmp_path: Path) -> None:
    import shutil

    other = Path(shutil.copytree(run, tmp_path / "other"))
    manifest = read_manifest(other)
    manifest["versions"]["engine"] = "0" * 32
    write_manifest(other, manifest)
    with pytest.raises(InputError, match="of another version"):
        open_moment(f"{other}@60s", None)
    changed = Path(shutil.copytree(run, tmp_path / "changed"))
    path = changed / "scenario.resolved.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="scenario"):
        open_moment(f"{changed}@60s", None)


def test_the_own_plan_names_groups_as_in_a_scenario_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("- {group: blue-robots, task: {verb: move, at_km: [0, 4], speed: 1}, roe: tight}\n")
    briefing = crossing().briefings[0]
    plan = read_own_plan(path, briefing)
    orders = {order.group: order for order in plan.base.orders}
    assert plan.name == "plan"
    assert (orders["blue-robots"].task, orders["blue-robots"].x_m, orders["blue-robots"].y_m) == ("move", 0.0, 4_000.0)
    assert orders["blue-robots"].roe == "tight"
    assert orders["blue-post"].is_plan
    assert set(orders) == set(briefing.group_names)


def test_every_problem_of_an_own_plan_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "- {group: red-robots}\n"
        "- {group: blue-guns, task: {verb: fly, at_km: [900, 0]}}\n"
        "- {group: blue-robots, task: {verb: move}, colour: blue}\n"
    )
    with pytest.raises(InputError) as failure:
        read_own_plan(path, crossing().briefings[0])
    text = str(failure.value)
    for part in ("order 1.group", "order 2.task.verb", "order 2.task.at_km", "order 3.colour", "order 3.task.at_km"):
        assert part in text
    with pytest.raises(InputError, match="cannot be read"):
        read_own_plan(tmp_path / "none.yaml", crossing().briefings[0])
