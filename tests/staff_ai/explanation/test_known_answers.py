"""A crossing that may be guarded: whether to go depends on the number of guards, and the explanation says so."""

from functools import cache

import numpy as np

from scenarios.compiler.scenario import Compiled
from simcore.simulation import Simulation
from simcore.types import Status
from staff_ai.advice.advice import Advice
from staff_ai.advice.staff import Habits, Staff
from staff_ai.courses.course import CONTINUE
from staff_ai.explanation.explanation import Explanation, explain
from staff_ai.explanation.report import request_lines, switch_lines
from staff_ai.explanation.wording import Wording
from staff_ai.explanation.world_variables import Variable
from staff_ai.wargame.game import Budget
from staff_ai.wargame.rollouts import Draws, Outcome
from staff_ai.wargame.worlds import FIRST_REPLICATION, FRESH, DescribedWorlds
from tests.simcore.small_worlds import compile_world, document
from tests.staff_ai.courses.crossing import GO

GUARDS = Variable("number", "robot")


def guarded_crossing() -> Compiled:
    """Return the scenario: two blue robots may go to the crossing, where none to six red robots are on guard.

    Robots that meet many guards are lost, and the crossing stays red's. To stay gives a free crossing away.
    """
    robots = [{"platform": "robot", "count": 2}]
    post = [{"platform": "post"}]
    bar = [
        {"name": "red-keep", "side": "red", "kind": "protect", "groups": ["red-post"]},
        {"name": "red-bar", "side": "red", "kind": "hold", "zone": "crossing"},
    ]
    content = document(
        [
            {"name": "blue-post", "side": "blue", "units": post, "at_km": [-9, 4]},
            {"name": "blue-robots", "side": "blue", "units": robots, "at_km": [-5, 4], "roe": "free"},
            {"name": "blue-guns", "side": "blue", "units": robots, "at_km": [-6, 2], "roe": "tight"},
            {"name": "red-post", "side": "red", "units": post, "at_km": [10, 4]},
        ],
        zones=[{"name": "crossing", "circle": {"centre_km": [0, 4], "radius_km": 2}}],
        objectives=[
            {"name": "cross", "side": "blue", "kind": "reach", "zone": "crossing", "groups": ["blue-robots"]},
            {"name": "keep", "side": "blue", "kind": "protect", "groups": ["blue-robots"]},
            *bar,
        ],
        intelligence=[
            {
                "side": "blue",
                "order_of_battle": "listed",
                "doctrines": [{"name": "hold"}],
                "objectives": [{**bar[0], "groups": [], "platforms": ["post"]}, bar[1]],
                "forces": [
                    {"platform": "robot", "most": 6, "areas": [{"circle": {"centre_km": [0.5, 4], "radius_km": 0.8}}]},
                    {
                        "platform": "post",
                        "least": 1,
                        "most": 1,
                        "areas": [{"circle": {"centre_km": [10, 4], "radius_km": 1}}],
                    },
                ],
            }
        ],
    )
    return compile_world(content)


@cache
def advised(seed: int = 1) -> tuple[Compiled, Advice, Explanation]:
    """Return the scenario, advice whether to go, and its explanation."""
    compiled = guarded_crossing()
    staff = Staff(compiled.briefings[0], ground=compiled.ground, habits=Habits(edits=False, doctrines=()))
    picture = Simulation(compiled.params, seed=3, replications=[0]).picture(0)
    advice = staff.advise(picture, 0, seed=seed, budget=Budget(rollouts=90), own=(GO,))
    explanation = explain(advice, compiled.briefings[0])
    assert explanation is not None
    return compiled, advice, explanation


def test_the_rule_is_to_stay_where_more_than_some_guards_are_and_it_holds_in_games_of_its_own() -> None:
    _, advice, explanation = advised()
    assert advice.recommended == GO
    (rule,) = explanation.rules
    assert rule.other == CONTINUE
    ((variable, is_above, threshold),) = rule.conditions
    assert (variable, is_above) == (GUARDS, True)
    assert advice.basis is not None
    table, basis, n = advice.basis.table, advice.basis, 200
    world = np.arange(n) + FRESH
    draws = Draws(world + 900_000, np.zeros(n, dtype=np.int64), world)
    outcomes = table.play([GO, CONTINUE], draws)
    assert outcomes is not None
    gap = outcomes[1, :, Outcome.SCORE] - outcomes[0, :, Outcome.SCORE]
    assert isinstance(table.source, DescribedWorlds)
    _, of_draw = table.source.places(draws.world, draws.enemy, draws.number + FIRST_REPLICATION)
    is_there = basis.fresh.situation.units.status[:, basis.staff.foreign] == Status.ACTIVE
    guards = is_there.sum(axis=1)[of_draw] - 1  # one of them is the post
    assert gap[guards > threshold].mean() > 0.0 > gap[guards <= threshold].mean()
    assert gap[guards == 0].mean() < -0.5  # nobody is in the way


def test_the_number_of_guards_is_asked_for_where_they_would_be() -> None:
    compiled, _, explanation = advised()
    request = explanation.requests[0]
    assert request.value.variable == GUARDS
    assert request.zone == "crossing"
    assert np.hypot(request.x_m - 500.0, request.y_m - 4_000.0) < 2_000.0
    for language in ("en", "ko"):
        words = Wording(language, compiled.briefings[0])
        assert "robot" in request_lines(explanation, words)[0]
        assert "crossing" in request_lines(explanation, words)[0]
        assert "robot" in switch_lines(explanation, words)[0]
