"""What a policy may order: everything else is refused with its name, its group and the value, and nothing is played."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.cli import main
from scenarios.compiler.scenario import Compiled
from simcore.decision_loop import run_decisions
from simcore.errors import RunError
from simcore.orders import KEEP_ROE, OrderR, Orders, OrderW
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.simulation import Simulation
from simcore.state import GroupR, GroupW, UnitR
from simcore.types import Emcon, Roe, Task
from tests.scenarios.run.skirmish import SCENARIO

WRONG: list[tuple[dict[Any, Any], str]] = [
    ({OrderW.TASK: 99}, "the task 99; give one of 0 (hold)"),
    ({OrderW.TASK: -7}, "the task -7"),
    ({OrderW.ROE: -1}, "the rules of engagement -1; give one of 0 (hold), 1 (tight), 2 (free), 3 (those in force)"),
    ({OrderW.ROE: 99}, "the rules of engagement 99"),
    ({OrderW.EMCON: 77}, "the emission control 77"),
    ({OrderW.EMCON: -3, OrderW.ISSUED: 0}, "the emission control -3"),
    ({OrderW.TASK: Task.ESCORT, OrderW.TARGET: 10**6}, "names group 1000000 to escort"),
    ({OrderW.TASK: Task.ESCORT, OrderW.TARGET: -2}, "names group -2 to escort"),
    ({OrderW.TASK: Task.ESCORT, OrderW.TARGET: 1}, "names group 1 to escort"),
    ({OrderW.TASK: Task.ESCORT, OrderW.TARGET: -1}, "names group -1 to escort"),
    ({OrderR.X: np.nan}, "has x nan; give a finite number"),
    ({OrderR.Y: -np.inf}, "has y -inf"),
    ({OrderR.RADIUS: np.nan}, "has radius nan"),
    ({OrderR.RADIUS: -5.0}, "has radius -5"),
    ({OrderR.RADIUS: np.inf}, "has radius inf"),
    ({OrderR.SPEED: np.nan}, "has speed nan"),
    ({OrderR.SPEED: 50.0}, "has speed 50; give a share of the maximum speed"),
    ({OrderR.SPEED: -1.0}, "has speed -1"),
    ({OrderR.SPACING: 1e-300}, "has spacing 1e-300; give 0"),
    ({OrderR.SPACING: -3.0}, "has spacing -3"),
    ({OrderR.SPACING: np.nan}, "has spacing nan"),
]


class Orderly:
    """Orders what it was made with, to the second group of its side, in all replications."""

    def __init__(self, values: dict[Any, Any]) -> None:
        self.values = values

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Remember nothing."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Fill in the columns."""
        orders.whole[:, OrderW.ISSUED, 1] = 1
        orders.whole[:, OrderW.TASK, 1] = Task.MOVE
        for column, value in self.values.items():
            (orders.real if isinstance(column, OrderR) else orders.whole)[:, column, 1] = value


class Silent(Orderly):
    """Gives no orders."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Give none."""


def play(compiled: Compiled, policy: Any, ticks: int = 1) -> Simulation:
    simulation = Simulation(compiled.params, seed=1, replications=[4, 5])
    names = compiled.roster.groups
    run_decisions(
        simulation, [policy, Silent({})], labels=["sly of side blue", "silent"], group_names=names, decision_ticks=1,
        n_ticks=ticks,
    )  # fmt: skip
    return simulation


@pytest.mark.parametrize(("values", "words"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_an_order_that_nobody_could_carry_out_is_refused(
    compiled: Compiled, values: dict[Any, Any], words: str
) -> None:
    with pytest.raises(RunError) as caught:
        play(compiled, Orderly(values))
    text = str(caught.value)
    group = compiled.briefings[0].group_names[1]
    assert text.startswith(f"policy sly of side blue: its order to group {group} of replication 4 at 0 s ")
    assert words in text


def test_a_place_off_the_map_goes_on_its_edge_and_a_circle_is_no_larger_than_the_map(compiled: Compiled) -> None:
    simulation = play(
        compiled, Orderly({OrderR.X: 1e300, OrderR.Y: -7000.0, OrderR.RADIUS: 1e300, OrderR.SPACING: 1e300})
    )
    group = int(simulation.groups_of(0)[1])
    _, east, south, _ = compiled.briefings[0].bounds_m
    assert (simulation.state.groups.real[:, GroupR.X, group] == east).all()
    assert (simulation.state.groups.real[:, GroupR.Y, group] == south).all()
    assert simulation.state.groups.real[:, [GroupR.RADIUS, GroupR.SPACING], group] == pytest.approx(
        np.hypot(12e3, 12e3)
    )
    assert np.isfinite(simulation.state.units.real[:, [UnitR.X, UnitR.Y, UnitR.GOAL_X, UnitR.GOAL_Y]]).all()


@pytest.mark.parametrize("limit", list(Roe))
def test_an_order_without_rules_of_engagement_keeps_those_in_force(limit: Roe, tmp_path: Path, plugin: Path) -> None:
    """The group is given HOLD by the file, then TIGHT by an order; orders that name no rules loosen neither."""
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO.replace("at_km: [-4, 0],", "at_km: [-4, 0], roe: hold,").replace(
        "{name: blue,", f"{{name: blue, roe_limit: {limit.name.lower()},"
    ))  # fmt: skip
    from scenarios.loader import load

    compiled = load(str(path))
    simulation = play(compiled, Orderly({OrderW.ROE: KEEP_ROE}))
    group = int(simulation.groups_of(0)[1])
    assert (simulation.state.groups.whole[:, GroupW.ROE, group] == Roe.HOLD).all()
    everywhere = np.ones(2, dtype=bool)
    simulation.orders.issue(everywhere, group, Task.MOVE, 10.0, 0.0, roe=Roe.TIGHT)
    simulation.advance(1)
    assert (simulation.state.groups.whole[:, GroupW.ROE, group] == min(Roe.TIGHT, limit)).all()
    serial = simulation.state.groups.whole[:, GroupW.SERIAL, group].copy()
    simulation.orders.issue(everywhere, group, Task.MOVE, 10.0, 0.0)  # repeats the order of record
    simulation.advance(1)
    assert (simulation.state.groups.whole[:, GroupW.SERIAL, group] == serial).all()
    simulation.orders.issue(everywhere, group, Task.MOVE, 20.0, 0.0)
    simulation.advance(1)
    assert (simulation.state.groups.whole[:, GroupW.SERIAL, group] == serial + 1).all()
    assert (simulation.state.groups.whole[:, GroupW.ROE, group] == min(Roe.TIGHT, limit)).all()


def test_orders_of_another_shape_are_refused(compiled: Compiled) -> None:
    class Resizing(Orderly):
        def decide(self, picture: Picture, orders: Orders) -> None:
            orders.whole.resize((1, 1, 1), refcheck=False)

    with pytest.raises(RunError, match="sly of side blue: its orders at 0 s are int32"):
        play(compiled, Resizing({}))


class Scribble(Orderly):
    """Writes into everything it is given, or what ``values`` names of it, and orders nothing."""

    def __init__(self, values: dict[Any, Any]) -> None:
        self.refused = 0

    def _write(self, thing: object) -> None:
        for name in dir(thing):
            value = None if name.startswith("_") else getattr(thing, name)
            if isinstance(value, np.ndarray):
                before = value.copy()
                with pytest.raises(ValueError, match="read-only"):
                    value[...] = 1
                assert np.array_equal(value, before)
                self.refused += 1

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Write into the briefing."""
        self._write(briefing)
        with pytest.raises(ValueError, match="read-only"):
            replication[...] = 7

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Write into the picture."""
        self._write(picture)


def test_what_a_policy_is_given_is_read_only_and_its_orders_are_its_own(compiled: Compiled) -> None:
    scribble, simulation = Scribble({}), Simulation(compiled.params, replications=[4, 5])
    replication = np.array([4, 5], dtype=np.uint64)
    replication.flags.writeable = False
    scribble.reset(compiled.briefings[0], 1, replication)
    run_decisions(simulation, [scribble, Silent({})], decision_ticks=1, n_ticks=2)
    assert scribble.refused > 2 * 6 + 20
    groups = simulation.groups_of(0)
    own = simulation.orders.of_groups(groups)
    own.real[...], own.whole[...] = 7.0, 7
    assert not simulation.orders.whole[:, OrderW.ISSUED].any()


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sly"
    folder.mkdir()
    (folder / "sly.py").write_text(
        "import numpy as np\n"
        "from simcore.orders import OrderR, OrderW\n"
        "class Sly:\n"
        "    def __init__(self, what='roe'):\n"
        "        self.what = what\n"
        "    def reset(self, briefing, seed, replication):\n"
        "        if self.what == 'briefing':\n"
        "            briefing.start_m[:] *= 0.9\n"
        "    def decide(self, picture, orders):\n"
        "        if self.what == 'picture':\n"
        "            picture.replication[:] = 7\n"
        "        orders.whole[:, OrderW.ISSUED] = 1\n"
        "        orders.whole[:, OrderW.ROE] = -1\n"
    )
    metadata = folder / "sly-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: sly\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[chammo.policies]\nsly = sly:Sly\n")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.mark.parametrize("what", ["roe", "briefing", "picture"])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_command_names_the_policy_and_fails_without_a_traceback(
    what: str, threads: int, hostile: Path, scenario_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = hostile / "out"
    arguments = ["-n", "3", "--out", str(out), "--threads", str(threads), "--policy", f"blue=sly:what={what}"]
    assert main(["batch", str(scenario_file), *arguments]) == 1
    text = capsys.readouterr().err
    assert "policy sly of side blue" in text
    assert "Traceback" not in text
    assert ("rules of engagement -1" if what == "roe" else "read-only") in text


def test_orders_about_radars_alone_need_no_task(compiled: Compiled) -> None:
    simulation = play(
        compiled, Orderly({OrderW.ISSUED: 0, OrderW.TASK: 99, OrderW.TARGET: 1000, OrderW.EMCON: Emcon.SILENT})
    )
    group = int(simulation.groups_of(0)[1])
    assert (simulation.state.groups.whole[:, GroupW.EMCON, group] == Emcon.SILENT).all()
    assert (simulation.state.groups.whole[:, GroupW.SERIAL, group] == 0).all()
