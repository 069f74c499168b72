"""Scripted commanders, one per file, discovered through entry points of the group ``chammo.policies``."""

from simcore.plugins import OWN_PACKAGE, find_plugins, package_of
from simcore.policy_registry import GROUP

BASELINES = ("idle", "random", "hold")
"""Policies that are no doctrines: no action, random orders, and the plan of the scenario file."""
FOR_ONE_CHAIR = ("assault", "defend")
"""Doctrines for an attacker only or a defender only."""


def registered() -> tuple[str, ...]:
    """Return the names of all scripted commanders that come with Chammo: each works without any parameter."""
    plugins = find_plugins(GROUP)
    own = (name for name in plugins if package_of(plugins[name][0]).split()[0] == OWN_PACKAGE)
    return tuple(sorted(name for name in own if plugins[name][0].value.startswith(f"{__name__}.")))


def doctrines() -> tuple[str, ...]:
    """Return the names of all doctrines."""
    return tuple(name for name in registered() if name not in BASELINES)


def for_either_chair() -> tuple[str, ...]:
    """Return the names of the doctrines that can both attack and defend."""
    return tuple(name for name in doctrines() if name not in FOR_ONE_CHAIR)
