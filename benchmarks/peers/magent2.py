"""MAgent2's raw C++ engine on its ``battle_v4`` map, without PettingZoo: a peer of `chammo bench`.

A step: observations of both teams, random actions (drawn beforehand), ``step``, ``clear_dead``. An agent's
observation (13 x 13 x 5) is its sensing, so the rate to compare includes it; the rate without it is also given.

MAgent2 0.3.4 installs from PyPI. Besides it only this package and NumPy are needed, so it may have an environment of
its own: ``chammo bench --magent2-python PATH``.
By hand: ``OMP_NUM_THREADS=1 python -m benchmarks.peers.magent2 [MAP_SIZE] [SECONDS]``.
"""

import sys
import time
from typing import Any

import numpy as np

from benchmarks.peers.rounds import Json, serve

MOST_STEPS = 300
"""Steps before a battle starts over, so that both teams stay near full strength."""


def prepare(setup: Json) -> tuple[Json, Any]:
    from importlib.metadata import version

    from magent2.environments import battle_v4  # type: ignore[import-not-found]

    environment = battle_v4.parallel_env(map_size=int(setup.get("map_size", 112)), max_cycles=10**9)
    environment.reset(seed=int(setup.get("seed", 1)))
    engine = environment.env
    teams = engine.get_handles()
    n_agents = sum(engine.get_num(team) for team in teams)
    n_actions = int(engine.get_action_space(teams[0])[0])
    actions = np.random.default_rng(1).integers(0, n_actions, size=1 << 20).astype(np.int32)

    def half(seconds: float, observe: bool) -> tuple[int, float]:
        steps, done, cpu_s, place = 0, MOST_STEPS, 0.0, 0
        while cpu_s < seconds:
            if done >= MOST_STEPS or min(engine.get_num(team) for team in teams) == 0:
                engine.reset()
                environment.generate_map()
                done = 0
            began = time.process_time()
            for _ in range(10):  # a few steps between two readings of the clock
                for team in teams:
                    n = engine.get_num(team)
                    if observe:
                        engine.get_observation(team)
                    place = (place + 7919) % (len(actions) - n)
                    engine.set_action(team, actions[place : place + n])
                    steps += n
                engine.step()
                engine.clear_dead()
            done += 10
            cpu_s += time.process_time() - began
        return steps, cpu_s

    def play(seconds: float) -> Json:
        agent_steps, cpu_s = half(seconds, observe=True)
        blind_steps, blind_cpu_s = half(seconds / 2.0, observe=False)
        return {"agent_steps": agent_steps, "cpu_s": cpu_s, "blind_per_cpu_s": blind_steps / blind_cpu_s}

    return {"version": f"magent2 {version('magent2')}", "n_agents": n_agents}, play


def main(arguments: list[str]) -> int:
    if not arguments:
        return serve(prepare)
    about, play = prepare({"map_size": int(arguments[0])})
    result = play(float(arguments[1]) if len(arguments) > 1 else 5.0)
    print({**about, **result, "agent_steps_per_cpu_s": round(result["agent_steps"] / result["cpu_s"])})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
