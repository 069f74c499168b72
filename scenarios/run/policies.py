"""The policy of each side: the scenario's choice, or its replacement from the command line."""

import difflib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scenarios.compiler.compiled import Compiled
from scenarios.format.yaml_text import read_yaml
from scenarios.run.logistics import KINDS, LogisticsChoice, build_chairs, check_kind, chosen_logistics
from scenarios.run.reset import reset_policy
from simcore.decision_loop import Chair
from simcore.errors import InputError, ScenarioError
from simcore.policy import Briefing, Policy
from simcore.policy_files import is_file_policy, split_file_policy
from simcore.policy_registry import (
    COMMANDER,
    PolicyKind,
    bare_parameter,
    find_policy,
    outside_note,
    policy_package,
    settle_parameters,
)
from simcore.roster import Roster
from simcore.types import N_BELLIGERENTS


@dataclass(frozen=True)
class PolicyChoice:
    """The policy of a side: its commander, and its policies of logistics."""

    side: str
    name: str
    parameters: Mapping[str, object]
    logistics: tuple[LogisticsChoice, ...] = ()

    @property
    def label(self) -> str:
        """Name of the policy in messages."""
        return f"{self.name} of side {self.side}"

    def as_json(self) -> dict[str, object]:
        """Return the manifest entry: the policy, with the distribution and version that provide it."""
        return {
            "side": self.side,
            "name": self.name,
            "parameters": dict(self.parameters),
            "package": policy_package(self.name),
            **{choice.kind: choice.as_json() for choice in self.logistics},
        }


def choose_policies(
    roster: Roster,
    options: Sequence[str] = (),
    by_side: Mapping[str, str] | None = None,
    logistics: Mapping[str, Sequence[str]] | None = None,
) -> tuple[PolicyChoice, ...]:
    """Return the choice of each side.

    ``options`` are ``side=name`` or ``side=name:parameter=value,parameter=value`` as on the command line;
    ``by_side`` maps a side to ``name`` or ``name:parameter=value``. Both replace the scenario's choice. Some policies
    take a value without its parameter, such as ``trained:FOLDER``. ``logistics`` are options of the same form by kind.
    """
    assistants = chosen_logistics(roster, _logistics_options(roster, logistics or {}))
    chosen = {
        side: PolicyChoice(side, name, dict(parameters))
        for side, (name, parameters) in zip(roster.sides, roster.policies, strict=True)
    }
    replacements = [(side, text) for side, text in (by_side or {}).items()]
    replacements += [_side_and_policy("--policy", option) for option in options]
    for side, text in replacements:
        _check_side(f"--policy {side}={text}", side, roster, "commander")
        chosen[side] = _parse(side, text)
    return tuple(replace(_settled(chosen[side]), logistics=assistants[side]) for side in roster.sides)


def _logistics_options(
    roster: Roster, options: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, tuple[str, dict[str, object]]]]:
    """Return (name, parameters) by kind and side of options ``side=name:parameter=value``."""
    found: dict[str, dict[str, tuple[str, dict[str, object]]]] = {}
    for kind, texts in options.items():
        for text in texts:
            option = f"--{kind} {text}"
            side, policy = _side_and_policy(f"--{kind}", text)
            _check_side(option, side, roster, "logistics")
            check_kind(option, roster, kind)
            found.setdefault(kind, {})[side] = read_policy_text(policy, option, KINDS[kind])
    return found


def _side_and_policy(option: str, text: str) -> tuple[str, str]:
    """Return the side and the policy of ``side=policy``, given by an option."""
    side, mark, policy = text.partition("=")
    if not mark or not side or not policy:
        raise InputError(f"{option} {text}: not understood; write side=name or side=name:parameter=value")
    return side, policy


def _check_side(option: str, side: str, roster: Roster, lack: str) -> None:
    """Raise ``InputError`` unless ``side`` is a belligerent; ``lack`` is the thing that a neutral side is without."""
    if side not in roster.sides:
        near = difflib.get_close_matches(side, roster.sides, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise InputError(f"{option}: no side {side!r}; {hint}sides: {', '.join(roster.sides)}")
    if side in roster.sides[N_BELLIGERENTS:]:
        fighting = " or ".join(roster.sides[:N_BELLIGERENTS])
        raise InputError(f"{option}: {side!r} is neutral and has no {lack}; give {fighting}")


def _settled(choice: PolicyChoice) -> PolicyChoice:
    return replace(choice, parameters=settle_parameters(choice.name, choice.parameters))


def policy_entries(choices: Sequence[PolicyChoice], compiled: Compiled) -> list[dict[str, object]]:
    """Return the entries of the policies for the manifest of a run.

    The entry of a policy that was trained for other scenarios or sides has a note on that under ``outside``.
    """
    notes = (outside_note(c.name, c.parameters, compiled.roster.scenario, c.side) for c in choices)
    return [c.as_json() | ({"outside": note} if note else {}) for c, note in zip(choices, notes, strict=True)]


def choices_of_entries(entries: Sequence[Mapping[str, Any]]) -> tuple[PolicyChoice, ...]:
    """Return the choices of the entries of a manifest."""
    return tuple(
        PolicyChoice(
            str(entry["side"]),
            str(entry["name"]),
            dict(entry["parameters"]),
            tuple(
                LogisticsChoice(str(entry["side"]), kind, str(entry[kind]["name"]), dict(entry[kind]["parameters"]))
                for kind in sorted(KINDS)
                if kind in entry
            ),
        )
        for entry in entries
    )


def outside_warnings(choices: Sequence[PolicyChoice], compiled: Compiled) -> list[str]:
    """Return a line for each policy that was trained for other scenarios or sides."""
    return [
        f"policy {entry['name']} of side {entry['side']}: {entry['outside']}"
        for entry in policy_entries(choices, compiled)
        if "outside" in entry
    ]


def _parse(side: str, text: str) -> PolicyChoice:
    if not text.partition(":")[0].strip():
        raise InputError(f"--policy {side}={text}: no policy named; write side=name or side=name:parameter=value")
    return PolicyChoice(side, *read_policy_text(text, f"--policy {side}={text}"))


def read_policy_text(text: str, label: str, kind: PolicyKind = COMMANDER) -> tuple[str, dict[str, object]]:
    """Return name and parameters of a policy from ``name`` or ``name:parameter=value,parameter=value``.

    ``name`` may be a class in a file, ``FILE.py:Class``. ``label`` is the place of the text in messages.
    """
    name, _, settings = text.partition(":")
    if is_file_policy(name) or is_file_policy(text):
        name, settings = split_file_policy(text)
    parameters: dict[str, object] = {}
    for pair in settings.split(",") if settings else ():
        key, mark, value = pair.partition("=")
        bare = bare_parameter(name, kind) if pair.strip() and not mark else None
        if bare is not None and bare not in parameters:
            parameters[bare] = pair.strip()
            continue
        if not mark or not key.strip():
            raise InputError(f"{label}: {pair!r} is not parameter=value; separate pairs by commas")
        parameters[key.strip()] = _value(value, label)
    return name, parameters


def _value(text: str, option: str) -> object:
    """Return a parameter's value, read as in a scenario file: a finite number, a word, true or false, or nothing."""
    try:
        value: object = read_yaml(text, option).data if text.strip() else None
    except ScenarioError:
        value = {}
    is_plain = value is None or isinstance(value, str | bool | int | float)
    if not is_plain or (isinstance(value, float) and not math.isfinite(value)):
        raise InputError(
            f"{option}: the value {text[:40]!r} is neither a finite number nor a word; write parameter=value"
        )
    return value


def policy_text(name: str, parameters: Mapping[str, object]) -> str:
    """Return a policy as ``name`` or ``name:parameter=value,parameter=value``, as ``read_policy_text`` reads it."""
    values = ",".join(f"{key}={json.dumps(value)}" for key, value in parameters.items())
    return f"{name}:{values}" if values else name


def policy_options(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the words of a command that choose the policies of the entries of a manifest, those of logistics too."""
    words: list[str] = []
    for entry in entries:
        of_logistics = ((kind, entry[kind]) for kind in sorted(KINDS) if kind in entry)
        for option, chosen in (("policy", entry), *of_logistics):
            text = policy_text(str(chosen["name"]), chosen.get("parameters") or {})
            words += [f"--{option}", f"{entry['side']}={text}"]
    return words


def build_policies(
    choices: Sequence[PolicyChoice], briefings: Sequence[Briefing], seed: int, replications: Sequence[int]
) -> list[Policy]:
    """Return new policies by side, reset for ``replications``."""
    policies: list[Policy] = []
    for choice, briefing in zip(choices, briefings, strict=True):
        policy = find_policy(choice.name, choice.parameters)
        reset_policy(policy, choice.label, briefing, seed, replications)
        policies.append(policy)
    return policies


def build_logistics(
    choices: Sequence[PolicyChoice], compiled: Compiled, seed: int, replications: Sequence[int]
) -> list[Chair]:
    """Return the policies of logistics of all sides in their places, reset for ``replications``."""
    return build_chairs([one for choice in choices for one in choice.logistics], compiled, seed, replications)
