"""A game of a side at a moment, with the worlds that its staff believes in."""

from collections.abc import Sequence

from scenarios.compiler.scenario import Compiled
from scenarios.run.play import start_simulation
from simcore.decision_loop import Chair
from simcore.picture import Picture
from simcore.simulation import Simulation
from simcore.situation import simulation_at
from staff_ai.advice.advice import Advice
from staff_ai.advice.staff import Habits, Staff
from staff_ai.belief.prior_games import PriorGames
from staff_ai.belief.staff_scenario import StaffScenario, staff_scenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.worlds import Worlds, draw_worlds
from staff_ai.wargame.game import Budget


class Moment:
    """A game of blue without commanders after some decisions, observed by a tracker; ``chairs`` decide beside it."""

    def __init__(
        self,
        scenario: Compiled,
        games: PriorGames,
        decisions: int,
        replications: int = 1,
        chairs: Sequence[Chair] = (),
    ) -> None:
        self.scenario = scenario
        self.staff: StaffScenario = staff_scenario(scenario.briefings[0], scenario.ground)
        self.tracker = BeliefTracker(self.staff, games)
        self.simulation: Simulation = start_simulation(scenario, 1, list(range(replications)))
        for _ in range(decisions):
            self.simulation.orders.clear()
            self.tracker.observe(self.picture)
            for chair in chairs:
                chair.decide(self.simulation)
            self.simulation.advance(scenario.roster.decision_ticks)
        self.tracker.observe(self.picture)

    @property
    def picture(self) -> Picture:
        """The picture of blue."""
        return self.simulation.picture(0)

    def worlds(self, n: int, row: int = 0) -> Worlds:
        """Return worlds of the belief."""
        return draw_worlds(self.tracker, self.picture, row, n, seed=3)

    def begun(self, n: int) -> Simulation:
        """Return the worlds, before their first tick."""
        return simulation_at(self.staff.params, self.worlds(n).situation, seed=5, replications=range(n))

    def advice(self) -> Advice:
        """Return a small advice."""
        staff = Staff(self.scenario.briefings[0], habits=Habits(n_worlds=4, doctrines=(), edits=False))
        assert staff.tracker is not None
        staff.tracker = self.tracker
        return staff.advise(self.picture, 0, seed=2, budget=Budget(rollouts=28))
