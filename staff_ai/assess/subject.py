"""The commander under assessment, by the way it is made.

The protocol is that of any policy, ``reset`` and ``decide``. A policy may offer more, and is then asked for it:

- ``forecasts()``, after the games: an array (m, 5) with replication, time [s], probability of a win, and the lower and
  upper end of the interval that should hold 80 % of the mission scores (-1 to 1);
- ``unusual(picture)``: an array (R,), greater for a picture farther from those of its training;
- ``explain(picture)``: an array (R, contacts), the weight of each contact in its decision.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.environments.opponents import choose_named
from agents.environments.settings import Settings
from scenarios.run.policies import PolicyChoice, read_policy_text
from simcore.errors import InputError
from simcore.picture import Picture
from simcore.plugins import OWN_PACKAGE
from simcore.policy import Policy
from simcore.policy_files import is_file_policy, split_file_policy
from simcore.policy_registry import find_policy, policy_package
from simcore.types import F64
from staff_ai.assess.stranger import Limits, Nursery, RemotePolicy
from staff_ai.assess.wire import OPTIONAL
from staff_ai.trained.commander import NetworkCommander, open_policy
from staff_ai.trained.policy_folder import TrainedPolicy
from staff_ai.trained.shipped import shipped_names, shipped_policy


@dataclass
class Subject:
    """A commander under assessment."""

    text: str
    choice: PolicyChoice
    make: Callable[[], Policy]
    offers: tuple[str, ...]  # of OPTIONAL
    is_isolated: bool
    trained: TrainedPolicy | None = None
    nursery: Nursery | None = None

    @property
    def has_staff(self) -> bool:
        """Whether it advises a commander whose approval it needs."""
        return "approve" in self.choice.parameters

    def close(self) -> None:
        """End its processes."""
        if self.nursery is not None:
            self.nursery.close()


def open_subject(settings: Settings, text: str, *, in_process: bool = False, limits: Limits | None = None) -> Subject:
    """Return a commander by name, name:parameter=value or FILE.py:Class.

    A class in a file runs in a process of its own unless ``in_process``. Raises ``WargameError`` for mistakes.
    """
    side = settings.side_index
    if is_file_policy(text) and not in_process:
        choice = _file_choice(settings, text)
        source = str(settings.base.scenario.source)
        hidden = [source] if Path(source).is_file() else []
        nursery = Nursery(choice.name, choice.parameters, limits or Limits(), hidden)
        try:
            policy: Any = nursery.make()
        except BaseException:
            nursery.close()
            raise
        policy.close()
        return Subject(text, choice, nursery.make, policy.offers, is_isolated=True, nursery=nursery)
    choice = choose_named(settings.base, side, text)
    made = find_policy(choice.name, choice.parameters)
    offers = tuple(name for name in OPTIONAL if callable(getattr(made, name, None)))
    trained = _trained(choice) if isinstance(made, NetworkCommander) else None
    return Subject(text, choice, lambda: find_policy(choice.name, choice.parameters), offers, False, trained)


def _file_choice(settings: Settings, text: str) -> PolicyChoice:
    """Return the choice of a class in a file without running the file here: its digest is of the bytes alone."""
    named, given = split_file_policy(text)
    parameters: dict[str, object] = {}
    if given:
        _, parameters = read_policy_text(f"file:{given}", f"policy {text}")
    file, _, name = named.rpartition(":")
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"policy {text}: {file} cannot be read ({reason}); check the path") from None
    parameters["sha256"] = hashlib.sha256(content).hexdigest()
    side = settings.base.roster.sides[settings.side_index]
    return PolicyChoice(side, f"{Path(file).absolute()}:{name}", parameters)


def _trained(choice: PolicyChoice) -> TrainedPolicy | None:
    if choice.name in shipped_names():
        return shipped_policy(choice.name)
    folder = choice.parameters.get("folder")
    return open_policy(str(folder)) if folder else None


def trained_chair(text: str) -> tuple[str, str] | None:
    """Return the first scenario and side that a trained commander was trained for; None for any other."""
    if text in shipped_names():
        chairs = shipped_policy(text).chairs
    elif text.startswith("trained:"):
        name, parameters = read_policy_text(text, f"policy {text}")
        chairs = open_policy(str(parameters.get("folder", ""))).chairs if name == "trained" else []
    else:
        chairs = []
    return chairs[0] if chairs else None


def ask(policy: Any, word: str, picture: Picture | None = None) -> F64:
    """Return the answer of a policy to an optional question."""
    if isinstance(policy, RemotePolicy):
        return policy.ask(word, picture)
    found = getattr(policy, word)(*(() if picture is None else (picture,)))
    return np.asarray(found, dtype=np.float64)


def package_text(subject: Subject) -> str:
    """Return the source of a commander: its package with the version, or the digest of its file."""
    if is_file_policy(subject.choice.name):
        return f"a file of the user, SHA-256 {subject.choice.parameters.get('sha256')}"
    return policy_package(subject.choice.name)


def is_own(subject: Subject) -> bool:
    """Return whether a commander comes with Chammo."""
    return package_text(subject).split()[0] == OWN_PACKAGE
