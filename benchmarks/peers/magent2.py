"""MAgent2 on its ``battle_v4`` map, as its raw C++ engine or through PettingZoo: a peer of `chammo bench`.

A step: observations of both teams, random actions (drawn beforehand), ``step``, ``clear_dead``. An agent's
observation (13 x 13 x 5) is its sensing, so the rate to compare includes it; the rate without it is also given.
Through PettingZoo (``{"door": "pettingzoo"}``), a step is ``step`` of the ``ParallelEnv``, with its dictionaries of
observations, rewards and ends; every agent acts at random, with actions drawn beforehand.

MAgent2 0.3.4 installs from PyPI. Besides it only this package and NumPy are needed, so it may have an environment of
its own: ``chammo bench --magent2-python PATH``.
By hand: ``OMP_NUM_THREADS=1 python -m benchmarks.peers.magent2 [MAP_SIZE] [SECONDS] [pettingzoo]``.
"""

import sys
import time
from typing import Any

import numpy as np

from benchmarks.peers.rounds import Json, once, serve

MOST_STEPS = 300
"""Steps before a battle starts over, so that both teams stay near full strength."""


def prepare(setup: Json) -> tuple[Json, Any]:
    from importlib.metadata import version

    from magent2.environments import battle_v4  # type: ignore[import-not-found]

    map_size, through_pettingzoo = int(setup.get("map_size", 112)), setup.get("door") == "pettingzoo"
    most_steps = MOST_STEPS if through_pettingzoo else 10**9
    environment = battle_v4.parallel_env(map_size=map_size, max_cycles=most_steps)
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

    def play_pettingzoo(seconds: float) -> Json:
        steps, cpu_s, place = 0, 0.0, 0
        while cpu_s < seconds:
            if len(environment.agents) == 0 or min(engine.get_num(team) for team in teams) == 0:
                environment.reset()
            began = time.process_time()
            n = len(environment.agents)
            place = (place + 7919) % (len(actions) - n)
            environment.step(dict(zip(environment.agents, actions[place : place + n].tolist(), strict=True)))
            cpu_s += time.process_time() - began
            steps += n
        return {"agent_steps": steps, "cpu_s": cpu_s}

    about = {"version": f"magent2 {version('magent2')}", "n_agents": n_agents}
    return about, play_pettingzoo if through_pettingzoo else play


def main(arguments: list[str]) -> int:
    if not arguments:
        return serve(prepare)
    setup = {"map_size": int(arguments[0]), "door": "".join(arguments[2:])}
    return once(prepare, setup, *map(float, arguments[1:2]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
