"""JaxMARL's SMAX, the unit micromanagement of StarCraft in JAX: a peer of `chammo bench`.

A step: observations, rewards and ends of all agents of both teams in many worlds at once, random actions drawn
beforehand; a world whose battle is over starts anew. JAX runs on one core of the processor.

JaxMARL 0.2.0 installs from PyPI. Besides it only this package is needed, so it may have an environment of its own:
``chammo bench --jaxmarl-python PATH``.
By hand: ``python -m benchmarks.peers.smax [MAP] [WORLDS] [SECONDS]``.
"""

import os
import sys
import time
from typing import Any

from benchmarks.peers.rounds import Json, once, serve

MAP = "27m_vs_30m"
WORLDS = 32
_STEPS = 20  # per call of the compiled function
_ONE_CORE = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def prepare(setup: Json) -> tuple[Json, Any]:
    os.environ.setdefault("XLA_FLAGS", _ONE_CORE)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    from importlib.metadata import version

    import jax
    from jaxmarl import make
    from jaxmarl.environments.smax import map_name_to_scenario

    worlds = int(setup.get("worlds", WORLDS))
    environment = make("SMAX", scenario=map_name_to_scenario(str(setup.get("map", MAP))))
    agents = environment.agents

    def act(key: Any) -> dict[str, Any]:
        keys = jax.random.split(key, len(agents))
        return {agent: environment.action_space(agent).sample(keys[k]) for k, agent in enumerate(agents)}

    def step(states: Any, keys: Any) -> tuple[Any, Any]:
        key, actions = keys
        seen, states, rewards, _, _ = jax.vmap(environment.step)(jax.random.split(key, worlds), states, actions)
        return states, sum(one.sum() for one in (*seen.values(), *rewards.values()))  # so that nothing is left out

    @jax.jit
    def play(states: Any, keys: Any) -> tuple[Any, Any]:
        return jax.lax.scan(step, states, keys)

    key = jax.random.PRNGKey(int(setup.get("seed", 1)))
    _, states = jax.jit(jax.vmap(environment.reset))(jax.random.split(key, worlds))
    drawn = jax.jit(jax.vmap(jax.vmap(act)))(jax.random.split(key, (_STEPS, worlds)))
    keys = (jax.random.split(key, _STEPS), drawn)
    world = [jax.block_until_ready(play(states, keys))[0]]  # compiles

    def round_(seconds: float) -> Json:
        steps, cpu_s = 0, 0.0
        while cpu_s < seconds:
            began = time.process_time()
            world[0] = jax.block_until_ready(play(world[0], keys))[0]
            cpu_s += time.process_time() - began
            steps += _STEPS * worlds * len(agents)
        return {"agent_steps": steps, "cpu_s": cpu_s}

    about = {"version": f"jaxmarl {version('jaxmarl')}, jax {version('jax')}", "n_agents": len(agents)}
    return about, lambda request_s: round_(float(request_s))


def main(arguments: list[str]) -> int:
    if not arguments:
        return serve(prepare)
    setup = {"map": arguments[0], "worlds": int(arguments[1]) if len(arguments) > 1 else WORLDS}
    return once(prepare, setup, *map(float, arguments[2:3]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
