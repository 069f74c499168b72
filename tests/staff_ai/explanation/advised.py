"""Advice on a moment of the crossing, with its explanation: few rollouts, made once."""

from functools import cache
from typing import Any, NamedTuple

from scenarios.compiler.scenario import Compiled
from simcore.picture import Picture
from simcore.simulation import Simulation
from staff_ai.advice.advice import Advice
from staff_ai.advice.staff import Staff
from staff_ai.explanation.explanation import Explanation, explain
from staff_ai.explanation.wording import Wording
from staff_ai.wargame.game import Budget
from tests.staff_ai.courses.crossing import GO, crossing


class Advised(NamedTuple):
    """Advice with everything that a brief needs."""

    compiled: Compiled
    picture: Picture
    advice: Advice
    explanation: Explanation | None

    def words(self, language: str) -> Wording:
        """Return the texts of a language."""
        return Wording(language, self.compiled.briefings[self.advice.side])


@cache
def advised(title: str = "The crossing", rollouts: int = 60) -> Advised:
    """Return advice to blue after 100 s, with its own plan to go to the crossing."""
    keys: dict[str, Any] = {"title": title}
    compiled = crossing(**keys)
    simulation = Simulation(compiled.params, seed=3, replications=[0])
    simulation.advance(20)
    picture = simulation.picture(0)
    staff = Staff(compiled.briefings[0], scenario=compiled.scenario.hash, ground=compiled.ground)
    staff.observe(picture)
    advice = staff.advise(picture, 0, seed=1, budget=Budget(rollouts=rollouts), own=(GO,))
    return Advised(compiled, picture, advice, explain(advice, compiled.briefings[0], n_recorded=21))
