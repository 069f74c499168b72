"""Ids of the environments: ``Chammo/NAME-v1`` for each scenario of the library and each of the built-in ranges.

The version goes up when an observation, a choice or a reward changes its meaning. Needs Gymnasium.
"""

from gymnasium.envs.registration import register, registry

from agents.environments.named_ranges import NAMES
from agents.environments.versions import VERSION
from scenarios.format.texts import library_names

NAMESPACE = "Chammo"


def scenario_names() -> list[str]:
    """Return the names of all environments: scenarios of the library, and ranges of them."""
    return [*library_names(), *NAMES]


def environment_id(name: str) -> str:
    """Return the id of an environment."""
    return f"{NAMESPACE}/{name}-v{VERSION}"


def register_environments() -> None:
    """Register the environments with Gymnasium, unless they are registered."""
    for name in scenario_names():
        if environment_id(name) not in registry:
            register(
                id=environment_id(name),
                entry_point="agents.environments.command_env:CommandEnv",
                kwargs={"scenario": name},
            )
