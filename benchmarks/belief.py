"""Checks of the staff's belief against the truth of recorded games.

    python -m benchmarks.belief [SCENARIO …] [--games 4] [--first 0] [--worlds 64]

Both sides of each scenario watch games against every doctrine of their intelligence and, marked *, a doctrine that is
not in it. At a quarter and at half of the duration the belief is compared with the truth. Printed, with the number of
values and 95 % intervals over games:

- numbers: the share of true numbers of living enemy units, by platform, within the central 80 % of the worlds;
- strength: the same for the total strength of the enemy, weighted by cost;
- places: the share of true enemy units afield that are no farther from the units of the worlds than 80 % of the units
  of other worlds are. (Distance: the median over worlds of that to the nearest unit of the platform.) The right value
  of all three is 80 %;
- doctrine: the mean gain of the posterior's log score over the prior's, for doctrines in the intelligence.
"""

import argparse
import time
from collections import defaultdict

import numpy as np

from benchmarks.pages.staff_page import clustered_mean
from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_logistics, build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.orders import Orders
from simcore.params import RuleW, UnitSpecR, UnitSpecW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.simulation import Simulation
from simcore.state import UnitR, UnitW
from simcore.types import F64, Status
from staff_ai.belief.prior_games import PriorGames
from staff_ai.belief.staff_scenario import StaffScenario, staff_scenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.worlds import draw_worlds

SCENARIOS = ("night-strait", "harbour-swarm", "strait-surveillance", "undersea-search", "island-blockade")
OWN = ("defend", "assault")
OUTSIDE = "screen-and-strike"
SEED = 77
LEVEL = 0.8
Findings = dict[str, list[tuple[int, float]]]  # by check: (game, value)


class Watcher:
    """A commander whose pictures are followed by a tracker."""

    def __init__(self, inner: Policy, tracker: BeliefTracker) -> None:
        self.inner, self.tracker, self.spent_s, self.calls = inner, tracker, 0.0, 0

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Reset the commander."""
        self.inner.reset(briefing, seed, replication)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Observe, then decide as the commander does."""
        begin = time.process_time()
        self.tracker.observe(picture)
        self.spent_s += time.process_time() - begin
        self.calls += len(picture.replication)
        self.inner.decide(picture, orders)
        self.tracker.record_orders(picture.replication, orders)


def is_central(worlds: F64, truth: float, u: float) -> float:
    """Return whether the truth is in the central LEVEL of the worlds; ties are broken by the uniform number ``u``."""
    rank = float((worlds < truth).mean() + u * (worlds == truth).mean())
    return float(abs(rank - 0.5) <= LEVEL / 2.0)


def platforms_of(compiled: Compiled) -> np.ndarray:
    """Return the platform (U,) of each unit."""
    return np.array(compiled.roster.unit_platform)


def check_places(xy: list[np.ndarray], true_xy: np.ndarray) -> list[float]:
    """Return for each true place (t, 2) whether it is nearer to the worlds' places than LEVEL of these are."""
    filled = [places for places in xy if len(places) > 0]
    if len(filled) < 8 or len(true_xy) == 0:
        return []

    def away(places: np.ndarray, skip: int) -> F64:
        others = [other for k, other in enumerate(filled) if k != skip]
        nearest = [np.hypot(*(places[:, None] - other[None]).transpose(2, 0, 1)).min(axis=1) for other in others]
        return np.median(nearest, axis=0)

    spread = np.concatenate([away(places, k) for k, places in enumerate(filled)])
    limit = np.quantile(spread, LEVEL)
    return [float(value <= limit) for value in away(true_xy, -1)]


def compare(
    compiled: Compiled, staff: StaffScenario, tracker: BeliefTracker, simulation: Simulation, n: int, found: Findings
) -> None:
    """Compare the belief with the truth in all replications, and note the findings."""
    side = compiled.roster.sides.index(staff.briefing.side_name)
    picture = simulation.picture(side)
    spec, state = compiled.params.units, simulation.state
    enemy = np.flatnonzero((spec.whole[UnitSpecW.SIDE] == 1 - side) & (spec.whole[UnitSpecW.SPOOFER] < 0))
    believed = staff.foreign[staff.params.units.whole[UnitSpecW.SIDE, staff.foreign] == staff.enemy]
    ours, theirs = platforms_of(compiled)[enemy], platforms_of(staff.compiled)[believed]
    for r, number in enumerate(state.replication):
        if simulation.done[r]:
            continue
        rng = np.random.default_rng([int(number), simulation.tick])
        units = draw_worlds(tracker, picture, r, n, seed=SEED, number=int(number)).situation.units
        status, true_status = units.status[:, believed], state.units.whole[r, UnitW.STATUS, enemy]
        alive, true_alive = (
            ~np.isin(values, (Status.LOST, Status.EXPENDED, Status.ABSENT, Status.PHANTOM))
            for values in (status, true_status)
        )
        cost = spec.real[UnitSpecR.COST, enemy]
        strength = (units.strength[:, believed] * alive) @ staff.params.units.real[UnitSpecR.COST, believed]
        truth = float((state.units.real[r, UnitR.STRENGTH, enemy] * true_alive) @ cost)
        found["strength"].append((int(number), is_central(strength, truth, rng.random())))
        for platform in np.unique(theirs):
            of, true_of = theirs == platform, ours == platform
            counts = alive[:, of].sum(axis=1).astype(float)
            found["numbers"].append((int(number), is_central(counts, float(true_alive[true_of].sum()), rng.random())))
            afield = true_of & (true_status == Status.ACTIVE)
            true_xy = np.stack([state.units.real[r, row, enemy[afield]] for row in (UnitR.X, UnitR.Y)], axis=1)
            xy = [
                np.stack([units.x[w, believed], units.y[w, believed]], axis=1)[of & (status[w] == Status.ACTIVE)]
                for w in range(n)
            ]
            found["places"] += [(int(number), value) for value in check_places(xy, true_xy)]


def watch(name: str, games: int, first: int, n_worlds: int) -> dict[tuple[str, str], Findings]:
    """Return the findings by side and enemy doctrine."""
    compiled = load(name)
    sides = compiled.roster.sides[:2]
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
    result: dict[tuple[str, str], Findings] = {}
    for side, side_name in enumerate(sides):
        staff = staff_scenario(compiled.briefings[side], compiled.ground)
        prior_games = PriorGames(staff)
        doctrines = staff.intelligence.doctrines
        names = [doctrine.name for doctrine in doctrines]
        for k, enemy_doctrine in enumerate([*names, OUTSIDE]):
            numbers = list(range(first + 1000 * k + 100 * side, first + 1000 * k + 100 * side + games))
            by_side = {side_name: OWN[side], sides[1 - side]: enemy_doctrine}
            choices = choose_policies(compiled.roster, by_side=by_side)
            policies = build_policies(choices, compiled.briefings, SEED, numbers)
            chairs = build_logistics(choices, compiled, SEED, numbers)
            tracker = BeliefTracker(staff, prior_games)
            watcher = Watcher(policies[side], tracker)
            commanders = [watcher if s == side else policy for s, policy in enumerate(policies)]
            simulation = start_simulation(compiled, SEED, numbers)
            found: Findings = defaultdict(list)
            step = compiled.roster.decision_ticks
            for share in (0.25, 0.5):
                until = int(share * n_ticks) // step * step
                run_decisions(
                    simulation, commanders, chairs=chairs, group_names=compiled.roster.groups, decision_ticks=step,
                    n_ticks=until,
                )  # fmt: skip
                compare(compiled, staff, tracker, simulation, n_worlds, found)
                if enemy_doctrine in names:
                    prior = doctrines[k].weight
                    for number in numbers:
                        gain = np.log(tracker.doctrine_weights(number)[k] / prior)
                        found[f"doctrine at {share:.0%}"].append((number, float(gain)))
            found["observe ms"].append((0, 1e3 * watcher.spent_s / max(watcher.calls, 1)))
            result[side_name, enemy_doctrine + ("*" if enemy_doctrine not in names else "")] = found
    return result


def summary(values: list[tuple[int, float]]) -> str:
    """Return the mean over all values with a 95 % interval over games, and the number of values."""
    if not values:
        return "-"
    games = np.array([game for game, _ in values])
    found = clustered_mean(np.array([value for _, value in values]), games)
    return f"{found.value:6.3f} ± {found.half:.3f} (n = {len(values)}, {np.unique(games).size} games)"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS))
    parser.add_argument("--games", type=int, default=4, help="games of each side against each doctrine")
    parser.add_argument("--first", type=int, default=0, help="number of the first game")
    parser.add_argument("--worlds", type=int, default=64)
    options = parser.parse_args()
    total: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for s, name in enumerate(options.scenarios):
        print(name)
        of_scenario: dict[str, list[tuple[int, float]]] = defaultdict(list)
        gains: dict[str, list[str]] = defaultdict(list)
        for (side, doctrine), found in watch(name, options.games, options.first, options.worlds).items():
            for check, values in found.items():
                key = check + (" outside" if doctrine.endswith("*") and check != "observe ms" else "")
                of_scenario[key] += values
                total[key] += [(game + 100_000 * s, value) for game, value in values]
            gain = [value for check, values in found.items() if check.startswith("doctrine") for _, value in values]
            if gain:
                gains[side].append(f"{doctrine} {np.mean(gain):+.2f}")
        for check in sorted(of_scenario):
            print(f"    {check:18s} {summary(of_scenario[check])}")
        for side, texts in gains.items():
            print(f"    log gain of {side}'s posterior: {', '.join(texts)}")
    print("all")
    for check in sorted(total):
        print(f"    {check:18s} {summary(total[check])}")


if __name__ == "__main__":
    main()
