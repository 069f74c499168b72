from dataclasses import replace

import numpy as np
import pytest

from logistics.tables.aligned import clock
from scenarios.compiler.scenario import Compiled
from scenarios.run.outcome import outcome_lines, read_outcome
from scenarios.run.turning_points import Chronicle, cast_of, turning_points
from simcore.params import UnitSpecW
from simcore.simulation import EVENT_DTYPE, Simulation
from simcore.state import MountW, ObjectiveR, ObjectiveW, SideR, UnitW, WorldW
from simcore.types import EndReason, EventKind, LossCause, Status
from tests.simcore.small_worlds import compile_world, document


def event_rows(*rows: tuple[EventKind, int, int, int, int, int]) -> np.ndarray:
    """Return event rows from (kind, tick, side, unit, other, a)."""
    table = np.zeros(len(rows), dtype=EVENT_DTYPE)
    for k, (kind, tick, side, unit, other, a) in enumerate(rows):
        table[k] = (0, tick, int(kind), side, unit, other, a, 0)
    return table


def unit(compiled: Compiled, name: str) -> int:
    return compiled.roster.units.index(name)


def series(blue: float, red: float, blue_linked: float = 1.0) -> dict[str, np.ndarray]:
    return {"score": np.array([blue, red]), "linked_share": np.array([blue_linked, 1.0])}


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00:00"), (59.6, "0:01:00"), (3725, "1:02:05"), (90000, "25:00:00")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_turning_points_tell_the_fight_in_order(compiled: Compiled) -> None:
    blue_car, red_cars = unit(compiled, "blue-cars-1"), [unit(compiled, f"red-cars-{k}") for k in (1, 2, 3)]
    chronicle = Chronicle()
    chronicle.add_events(
        event_rows(
            (EventKind.CONTACT, 6, 0, blue_car, red_cars[0], 1),
            (EventKind.CONTACT, 7, 0, blue_car, red_cars[1], 1),
            (EventKind.CONTACT, 8, 1, red_cars[0], blue_car, 1),
            (EventKind.SHOT, 9, 1, red_cars[0], blue_car, 0),
        )
    )
    chronicle.add_events(
        event_rows(
            (EventKind.LOSS, 10, 1, red_cars[0], blue_car, 0),
            (EventKind.LOSS, 12, 1, red_cars[1], blue_car, 0),
            (EventKind.LOSS, 40, 0, unit(compiled, "blue-post"), red_cars[2], 0),
            (EventKind.OBJECTIVE, 45, 0, -1, -1, 1),
        )
    )
    for k in range(61):
        chronicle.add_series(2.0 * k, series(0.6 if k > 30 else 0.1, 0.2, blue_linked=0.4 if k > 50 else 1.0))
    points = turning_points(chronicle, cast_of(compiled.params, compiled.roster))
    assert [p.time_s for p in points] == sorted(p.time_s for p in points)
    text = "\n".join(p.text for p in points)
    assert "blue's first contact: blue-cars-1 (Armed car) detects red-cars-1 (Armed car)" in text
    assert "red opens fire: red-cars-1" in text
    assert "red loses 2 units within 0:00:04 (2 Armed car; 36% of its force) to blue Armed car" in text
    assert "blue loses its command post blue-post (Command post) to red Armed car" in text
    assert "objective met by blue: hold ford" in text
    assert "blue takes the lead in score and keeps it" in text
    assert "the lead in score passes from red (0.10) to blue (0.40)" in text
    assert "half of blue's active units are cut off" in text
    few = turning_points(chronicle, cast_of(compiled.params, compiled.roster), limit=2)
    assert {p.kind for p in few} == {"objective", "key_loss"}


def test_what_was_placed_in_sight_is_no_turning_point(compiled: Compiled) -> None:
    """A step takes 2 s, and the first 10 s do not count."""
    blue_car, red_car = unit(compiled, "blue-cars-1"), unit(compiled, "red-cars-1")
    for tick, n_points in ((0, 0), (4, 0), (5, 1)):
        chronicle = Chronicle()
        chronicle.add_events(event_rows((EventKind.CONTACT, tick, 0, blue_car, red_car, 1)))
        assert len(turning_points(chronicle, cast_of(compiled.params, compiled.roster))) == n_points, tick


def test_the_loss_of_a_command_post_is_told_once(compiled: Compiled) -> None:
    chronicle = Chronicle()
    chronicle.add_events(
        event_rows((EventKind.LOSS, 40, 0, unit(compiled, "blue-post"), unit(compiled, "red-cars-1"), 0))
    )
    (point,) = turning_points(chronicle, cast_of(compiled.params, compiled.roster))
    assert point.kind == "key_loss"


@pytest.mark.parametrize("width", [60, 80, 110])
def test_the_outcome_fits_the_terminal_and_breaks_no_word(compiled: Compiled, width: int) -> None:
    state = Simulation(compiled.params).state
    outcome = read_outcome(state, compiled, Chronicle(), ("hold", "hold"))
    lines = outcome_lines(outcome, width)
    assert max(map(len, lines)) <= width
    words = [word for line in lines for word in line.split()]
    assert words == [word for line in outcome_lines(outcome, 1000) for word in line.split()]


def test_the_short_outcome_is_the_beginning_of_the_brief_one_and_all_has_more(compiled: Compiled) -> None:
    state = Simulation(compiled.params).state
    outcome = read_outcome(state, compiled, Chronicle(), ("hold", "hold"))
    short, brief = outcome_lines(outcome, is_short=True), outcome_lines(outcome, is_brief=True)
    assert brief[: len(short)] == short
    assert len(brief) < len(outcome_lines(outcome))
    assert "Turning points" in brief
    assert "Turning points" not in short
    assert "Ammunition and links" not in brief


def test_a_run_without_incident_has_no_turning_points(compiled: Compiled) -> None:
    assert turning_points(Chronicle(), cast_of(compiled.params, compiled.roster)) == []


def test_the_outcome_says_who_won_why_and_at_what_price(compiled: Compiled) -> None:
    state = Simulation(compiled.params).state
    red_cars = [unit(compiled, f"red-cars-{k}") for k in (1, 2)]
    state.units.whole[0, UnitW.STATUS, red_cars] = Status.LOST
    state.sides.real[0, SideR.SCORE] = [0.7, 0.1]
    state.world[0, [WorldW.WINNER, WorldW.REASON, WorldW.TICK]] = [0, EndReason.DECIDED, 60]
    state.objectives.real[0, ObjectiveR.PROGRESS] = [0.5, 0.9, 0.0]
    state.objectives.whole[0, ObjectiveW.MET_TICK] = [-1, 50, -1]
    mounts_of_red = compiled.params.units.whole[UnitSpecW.SIDE][compiled.params.mounts.whole[0]] == 1
    state.mounts.whole[0, MountW.AMMO, mounts_of_red] = 10
    outcome = read_outcome(state, compiled, Chronicle(), ["patrol", "wait"])
    assert (outcome.winner, outcome.duration_s) == ("blue", 120.0)
    assert outcome.sides[1].ammunition_left == 0.25
    assert outcome.sides[1].lost == 2
    text = "\n".join(outcome_lines(outcome))
    assert "A small skirmish: blue wins after 0:02:00 (a decisive objective was met)" in text
    assert "hold ford (at least 50% of the time) (met at 0:01:40; 50% of the score)" in text
    assert "score blue 0.70, red 0.10; a side wins with a lead of more than 0.05" in text
    assert "red lost 2 of 4 units, cost 4.0 of 11.0 MUSD (36%)" in text
    assert "2 of 3    Armed car, 4.0 MUSD" in text
    assert "25% of the ammunition left" in text


def salvo() -> Compiled:
    """Return two posts and six one-way munitions of red."""
    groups = [("blue-post", "blue", "post", 1), ("red-post", "red", "post", 2), ("red-drone", "red", "munition", 6)]
    return compile_world(
        document(
            [
                {"name": name, "side": side, "at_km": [0, 8], "units": [{"platform": platform, "count": n}]}
                for name, side, platform, n in groups
            ]
        )
    )


def test_munitions_are_told_apart_from_losses() -> None:
    compiled = salvo()
    state = Simulation(compiled.params).state
    status, cause = state.units.whole[0, UnitW.STATUS], state.units.whole[0, UnitW.LOSS_CAUSE]
    drones = [unit(compiled, f"red-drone-{k}") for k in range(1, 7)]
    status[drones] = [Status.EXPENDED] * 3 + [Status.LOST] * 3
    cause[drones[3:]] = [LossCause.FIRE, LossCause.FIRE, LossCause.CRASH]
    status[unit(compiled, "red-post-1")] = Status.LOST
    outcome = read_outcome(state, compiled, Chronicle(), ["patrol", "wait"])
    text = "\n".join(outcome_lines(outcome))
    assert "red lost 1 of 2 units, cost 5.0 of 10.0 MUSD (50%)" in text
    assert "red, of 6 munition (munition): 3 expended, 2 shot down, 1 lost otherwise, 0.6 MUSD" in text
    red = outcome.sides[1].measures
    assert (red["losses"], red["cost_lost"]) == (1.0, 5.0)
    names = ("munitions_expended", "munitions_lost", "munitions_shot_down", "munitions_cost")
    assert [red[name] for name in names] == pytest.approx([3.0, 3.0, 2.0, 0.6])
    assert "losses_munition" not in red
    blue = outcome.sides[0].measures
    assert (blue["enemy_losses"], blue["enemy_cost_lost"]) == (1.0, 5.0)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ((0.2, 0.6), (0.2, 0.9), "red's lead in score grows from 0.40 to 0.70"),
        ((0.2, 0.9), (0.7, 0.9), "red's lead in score shrinks from 0.70 to 0.20"),
        ((0.0, 0.0), (0.0, 0.5), "red goes ahead in score by 0.50"),
        ((0.0, 0.5), (0.5, 0.5), "red loses its lead in score of 0.50"),
        ((0.1, 0.4), (0.9, 0.4), "the lead in score passes from red (0.30) to blue (0.50)"),
    ],
)
def test_a_swing_says_who_leads_at_the_time_at_which_it_shows(
    compiled: Compiled, before: tuple[float, float], after: tuple[float, float], text: str
) -> None:
    chronicle = Chronicle()
    for k in range(101):
        chronicle.add_series(10.0 * k, series(*(after if k >= 60 else before)))
    swings = [p for p in turning_points(chronicle, cast_of(compiled.params, compiled.roster)) if p.kind == "swing"]
    assert [(p.time_s, p.text) for p in swings] == [(600.0, text)]


def test_a_swing_that_takes_its_time_is_told_with_its_end(compiled: Compiled) -> None:
    chronicle = Chronicle()
    for k in range(101):  # the score climbs by 0.5 from 600 to 650 s; a trickle before and after does not count
        chronicle.add_series(10.0 * k, series(0.1 * min(max(k - 60, 0), 5) + 1e-5 * k, 0.0))
    points = turning_points(chronicle, cast_of(compiled.params, compiled.roster))
    told = [(p.time_s, p.text) for p in points if p.kind == "swing"]
    assert told == [(610.0, "blue goes ahead in score by 0.50 by 0:10:50")]


def test_a_loss_of_a_neutral_is_no_loss_of_a_force_and_names_who_fired(compiled: Compiled) -> None:
    """It is told even where a single unit is lost, and with no share of any force."""
    bystander = unit(compiled, "red-cars-2")
    cast = cast_of(compiled.params, compiled.roster)
    side_of = cast.side_of.copy()
    side_of[bystander] = 2
    cast = replace(cast, sides=(*cast.sides, "fishermen"), side_of=side_of)
    chronicle = Chronicle()
    chronicle.add_events(event_rows((EventKind.LOSS, 40, 0, bystander, unit(compiled, "blue-cars-1"), 0)))
    (point,) = turning_points(chronicle, cast)
    title = cast.titles[bystander]
    assert point.text == f"neutral loss: 1 {title} of fishermen to blue {title}"
