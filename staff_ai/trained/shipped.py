"""The trained commanders that come with Chammo, each a policy by its own name: ``--policy blue=NAME``.

Their folders lie in ``commanders/`` beside this module: a folder put there is a policy by the name of the folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.errors import InputError
from staff_ai.trained.policy_files import chairs_of, purpose_of, read_files

if TYPE_CHECKING:
    from staff_ai.trained.commander import NetworkCommander
    from staff_ai.trained.policy_folder import TrainedPolicy

COMMANDERS = Path(__file__).parent / "commanders"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def shipped_names() -> list[str]:
    """Return the names of the commanders."""
    if not COMMANDERS.is_dir():
        return []
    return sorted(place.name for place in COMMANDERS.iterdir() if place.is_dir() and NAME.fullmatch(place.name))


def shipped_for(scenario: str, side: str) -> tuple[str, ...]:
    """Return the names of the commanders trained for a side of a scenario, those of the fewest chairs first."""
    chairs = {name: chairs_of(read_files(_folder(name)).manifest) for name in shipped_names()}
    found = [name for name in chairs if (scenario, side) in chairs[name]]
    return tuple(sorted(found, key=lambda name: (len(chairs[name]), name)))


def shipped_policy(name: str) -> "TrainedPolicy":
    """Return a commander's network and manifest. Raises ``InputError`` for a damaged folder."""
    from staff_ai.trained.commander import open_policy

    return open_policy(str(_folder(name)))


def _folder(name: str) -> Path:
    if name not in shipped_names():
        raise InputError(f"commander {name!r}: unknown; there are: {', '.join(shipped_names()) or 'none'}")
    return COMMANDERS / name


class Shipped:
    """Makes a commander by name; ``sampled`` and ``sha256`` as in ``staff_ai.trained.commander.Trained``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, sampled: bool | None = None, sha256: str = "") -> "NetworkCommander":
        """Return a new commander."""
        from staff_ai.trained.commander import NetworkCommander, check_parameters

        policy, label = shipped_policy(self._name), f"policy {self._name}"
        remedy = "another version of Chammo has it under this name; install that one, or leave sha256 out"
        check_parameters(policy, label, sampled, sha256, remedy)
        drawn = policy.sampled if sampled is None else sampled
        return NetworkCommander(policy.network, policy.interval_s, drawn, label)

    def settle_parameters(self, parameters: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters with the digest of the commander."""
        return {"sha256": shipped_policy(self._name).sha256, **parameters}

    def outside(self, parameters: Mapping[str, object], scenario: str, side: str) -> str:
        """Return a note when the commander was not trained for a side of a scenario, else an empty text."""
        return shipped_policy(self._name).outside(scenario, side)


class ShippedCommanders:
    """The commanders as a source of policies, see ``simcore.policy_registry.PolicySource``."""

    def names(self) -> list[str]:
        """Return the names of the commanders."""
        return shipped_names()

    def describe(self, name: str) -> str:
        """Return a line on the training of a commander."""
        return purpose_of(read_files(_folder(name)).manifest)

    def factory(self, name: str) -> Shipped:
        """Return the maker of a commander."""
        return Shipped(name)


SOURCE = ShippedCommanders()
