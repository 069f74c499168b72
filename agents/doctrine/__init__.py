"""Scripted commanders, one a file, found by the entry points of the group ``chammo.policies``."""

from simcore.plugins import OWN_PACKAGE, find_plugins, package_of
from simcore.policy_registry import GROUP

BASELINES = ("idle", "random", "hold")
"""No doctrines: nothing, anything, and the plan of the scenario file."""
FOR_ONE_CHAIR = ("assault", "defend")
"""Doctrines made for an attacker or for a defender."""


def registered() -> tuple[str, ...]:
    """Return the names of all policies that come with Chammo."""
    found = find_plugins(GROUP)
    return tuple(sorted(name for name in found if package_of(found[name][0]).split()[0] == OWN_PACKAGE))


def doctrines() -> tuple[str, ...]:
    """Return the names of all doctrines."""
    return tuple(name for name in registered() if name not in BASELINES)


def for_either_chair() -> tuple[str, ...]:
    """Return the names of the doctrines that attack and defend."""
    return tuple(name for name in doctrines() if name not in FOR_ONE_CHAIR)
