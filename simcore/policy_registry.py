"""Policies by name, open to any package.

A policy is an entry point of the group ``chammo.policies``, or comes from a source: an entry point of the group
``chammo.policy_sources``, an object that lists its policies itself, for example one for each file of a folder. A name
such as ``FILE.py:Class`` is a class in a file of the user (``policy_files``).

Policies of maintenance, of supply and of medical support have groups of their own (``PolicyKind``); their protocols
are in ``simcore.maintenance``, ``simcore.supply`` and ``simcore.medical_policy``.
"""

import difflib
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

from simcore.errors import InputError, RunError, WargameError
from simcore.plugins import Plugin, claimants_text, find_plugins, is_own, keep_own, package_of, policy_failures, warn
from simcore.policy import Policy
from simcore.policy_files import FileFactory, is_file_policy


class PolicyKind(NamedTuple):
    """A kind of policies: its name in messages and the groups of its entry points."""

    noun: str
    group: str
    sources: str


COMMANDER = PolicyKind("policy", "chammo.policies", "chammo.policy_sources")
MAINTENANCE = PolicyKind("maintenance policy", "chammo.maintenance_policies", "")
SUPPLY = PolicyKind("supply policy", "chammo.supply_policies", "")
MEDICAL = PolicyKind("medical policy", "chammo.medical_policies", "")
GROUP, SOURCES = COMMANDER.group, COMMANDER.sources


class PolicySource(Protocol):
    """A source of policies: it lists their names and makes them."""

    def names(self) -> Sequence[str]:
        """Return the names of the policies; quick, for it is called at every look-up."""
        ...

    def describe(self, name: str) -> str:
        """Return a line on a policy, for lists."""
        ...

    def factory(self, name: str) -> Callable[..., Policy]:
        """Return the class or function that makes a policy, as an entry point would name it."""
        ...


class _Claim(NamedTuple):
    """A name of a policy: its entry point, and the source behind that, if it is one."""

    entry: Plugin
    source: PolicySource | None


def policy_names(kind: PolicyKind = COMMANDER) -> list[str]:
    """Return the names of all installed policies of a kind."""
    return sorted(_all_claims(kind))


def source_policies() -> dict[str, str]:
    """Return a line on each policy that comes from a source, by name."""
    found: dict[str, str] = {}
    for name, claims in sorted(_all_claims(COMMANDER).items()):
        source = claims[0].source
        if source is not None:
            try:
                found[name] = str(source.describe(name))
            except (Exception, SystemExit) as error:  # third-party code, or a damaged file
                found[name] = f"cannot be described ({error})"
    return found


def is_from_source(name: str) -> bool:
    """Return whether a policy comes from a source."""
    if is_file_policy(name):
        return False
    claims = _claims_of(name, COMMANDER)
    return bool(claims) and claims[0].source is not None


def find_policy(name: str, parameters: Mapping[str, object] | None = None) -> Policy:
    """Return a new commander: see ``make_policy``."""
    return cast(Policy, make_policy(name, parameters, COMMANDER))


def make_policy(name: str, parameters: Mapping[str, object] | None, kind: PolicyKind) -> object:
    """Return a new policy of a kind.

    Raises
    ------
    InputError
        For an unknown name, a name claimed by two packages, and parameters unknown to the policy.
    RunError
        When the package of the policy cannot be imported, or the policy fails during its construction.
    """
    factory = _factory(name, kind)
    values = dict(parameters or {})
    _check_parameters(f"{kind.noun} {name}", factory, values)
    with policy_failures(name, "while it was made"):
        try:
            policy = factory(**values)
        except (TypeError, ValueError) as error:
            raise InputError(f"{kind.noun} {name}: {error}; accepted: {_accepted(factory)}") from error
    missing = [part for part in ("reset", "decide") if not callable(getattr(policy, part, None))]
    if missing:
        raise RunError(f"{kind.noun} {name}: has no {' and no '.join(missing)}; a policy needs both reset and decide")
    return policy


def bare_parameter(name: str, kind: PolicyKind = COMMANDER) -> str | None:
    """Return the parameter set by a value without a name, as in ``trained:FOLDER``; None if there is none."""
    value: object = getattr(_factory(name, kind), "bare_parameter", None)
    return value if isinstance(value, str) else None


def settle_parameters(name: str, parameters: Mapping[str, object], kind: PolicyKind = COMMANDER) -> dict[str, object]:
    """Return the parameters, completed so that they determine the policy: for example, with the digest of a file.

    A policy completes them with its own function ``settle_parameters``; without it they are returned unchanged.
    """
    settle = getattr(_factory(name, kind), "settle_parameters", None)
    if not callable(settle):
        return dict(parameters)
    with policy_failures(name, "while its parameters were settled"):
        return cast("dict[str, object]", settle(parameters))


def outside_note(name: str, parameters: Mapping[str, object], scenario: str, side: str) -> str:
    """Return a note when a policy was made for other scenarios or sides, else an empty text.

    A policy gives the note with its own function ``outside(parameters, scenario, side)``.
    """
    note = getattr(_factory(name, COMMANDER), "outside", None)
    if not callable(note):
        return ""
    with policy_failures(name, "while its purpose was compared with the scenario"):
        return str(note(parameters, scenario, side))


def policy_package(name: str, kind: PolicyKind = COMMANDER) -> str:
    """Return the distribution that provides a policy, with its version, such as ``chammo 0.1.0``.

    A class in a file of the user belongs to none.
    """
    return "a file of the user" if is_file_policy(name) else package_of(_claim(name, kind).entry)


def policy_module(name: str, kind: PolicyKind = COMMANDER) -> str:
    """Return the module that provides a policy or its source; empty for a class in a file of the user."""
    return "" if is_file_policy(name) else _claim(name, kind).entry.value.partition(":")[0].strip()


def _all_claims(kind: PolicyKind) -> dict[str, list[_Claim]]:
    found = {name: [_Claim(entry, None) for entry in entries] for name, entries in find_plugins(kind.group).items()}
    for claimants in find_plugins(kind.sources).values() if kind.sources else ():
        for entry in claimants:
            source, names = _names_of(entry)
            for name in names:
                found.setdefault(name, []).append(_Claim(entry, source))
    return {name: _settle(name, claims) for name, claims in found.items()}


def _settle(name: str, claims: list[_Claim]) -> list[_Claim]:
    if len(claims) == 1:
        return claims
    kept = keep_own(name, [claim.entry for claim in claims])
    return [next(claim for claim in claims if claim.entry is entry) for entry in kept]


def _claims_of(name: str, kind: PolicyKind) -> list[_Claim]:
    plain = find_plugins(kind.group).get(name, [])
    if plain and is_own(plain[0]):
        return [_Claim(plain[0], None)]  # no source can take it
    return _all_claims(kind).get(name, [])


def _names_of(entry: Plugin) -> tuple[PolicySource, list[str]]:
    """Return a source and its names; none, with a warning, when it cannot be loaded."""
    try:
        source: PolicySource = entry.load()
        return source, sorted({str(name) for name in source.names()})
    except (Exception, SystemExit) as error:  # third-party code: an import may fail in any way
        if os.environ.get("CHAMMO_DEBUG") and not isinstance(error, SystemExit):
            raise
        kind = type(error).__name__
        warn(
            f"{entry.name}: the policies of {package_of(entry)} cannot be listed ({kind}: {error}); "
            "reinstall or mend that package"
        )
        return cast(PolicySource, None), []


def _claim(name: str, kind: PolicyKind) -> _Claim:
    found = _claims_of(name, kind)
    if len(found) > 1:
        claimants = claimants_text([claim.entry for claim in found])
        raise InputError(f"{kind.noun} {name}: claimed by {claimants}; remove one of the packages")
    if found:
        return found[0]
    names = policy_names(kind)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(names) if names else "none; install Chammo with `pip install chammo`"
    raise InputError(f"{kind.noun} {name!r}: unknown; {hint}installed: {listed}")


def _factory(name: str, kind: PolicyKind) -> Callable[..., Policy]:
    if is_file_policy(name):
        return FileFactory(name)
    point, source = _claim(name, kind)
    try:
        loaded: object = point.load() if source is None else source.factory(name)
    except WargameError:
        raise
    except (Exception, SystemExit) as error:  # third-party code: an import may fail in any way
        if os.environ.get("CHAMMO_DEBUG") and not isinstance(error, SystemExit):
            raise
        raise RunError(
            f"{kind.noun} {name}: {point.value} of {package_of(point)} cannot be loaded "
            f"({type(error).__name__}: {error}); reinstall or mend that package"
        ) from error
    if not callable(loaded):
        raise RunError(
            f"{kind.noun} {name}: {point.value} of {package_of(point)} is no class or function that makes a policy; "
            "mend the entry point"
        )
    return cast(Callable[..., Policy], loaded)


def _check_parameters(label: str, factory: Callable[..., Policy], values: Mapping[str, object]) -> None:
    signature = _signature(factory)
    if signature is None or any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values()):
        return
    problems: list[str] = []
    for key in values:
        if key not in signature.parameters:
            near = difflib.get_close_matches(key, signature.parameters, n=1)
            problems.append(f"no parameter {key!r}" + (f", did you mean {near[0]!r}?" if near else ""))
    for key, parameter in signature.parameters.items():
        is_required = parameter.default is parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL
        if is_required and key not in values:
            problems.append(f"parameter {key!r} is required")
    if problems:
        raise InputError(f"{label}: {'; '.join(problems)}; accepted: {_accepted(factory)}")


def _signature(factory: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(factory)
    except (TypeError, ValueError):
        return None


def _accepted(factory: Callable[..., Any]) -> str:
    signature = _signature(factory)
    names = [str(p.replace(annotation=p.empty)) for p in signature.parameters.values()] if signature else []
    return ", ".join(names) or "none"
