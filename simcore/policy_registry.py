"""Policies by name: entry points of the group ``chammo.policies``, open to any package."""

import difflib
import inspect
import os
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from typing import Any, cast

from simcore.errors import InputError, RunError
from simcore.plugins import claimants_text, find_plugins, package_of, policy_failures
from simcore.policy import Policy

GROUP = "chammo.policies"


def policy_names() -> list[str]:
    """Return the names of all installed policies."""
    return sorted(find_plugins(GROUP))


def find_policy(name: str, parameters: Mapping[str, object] | None = None) -> Policy:
    """Return a new policy.

    Raises
    ------
    InputError
        For an unknown name, a name claimed by two packages, and parameters unknown to the policy.
    RunError
        When the package of the policy cannot be imported, or the policy fails during its construction.
    """
    factory = _factory(_entry_point(name), name)
    values = dict(parameters or {})
    _check_parameters(name, factory, values)
    with policy_failures(name, "while it was made"):
        try:
            policy = factory(**values)
        except (TypeError, ValueError) as error:
            raise InputError(f"policy {name}: {error}; accepted: {_accepted(factory)}") from error
    missing = [part for part in ("reset", "decide") if not callable(getattr(policy, part, None))]
    if missing:
        raise RunError(f"policy {name}: has no {' and no '.join(missing)}; a policy needs both reset and decide")
    return policy


def bare_parameter(name: str) -> str | None:
    """Return the parameter set by a value without a name, as in ``trained:FOLDER``; None if there is none."""
    value: object = getattr(_factory(_entry_point(name), name), "bare_parameter", None)
    return value if isinstance(value, str) else None


def settle_parameters(name: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters, completed so that they determine the policy: for example, with the digest of a file.

    A policy completes them with its own function ``settle_parameters``; without it they are returned unchanged.
    """
    settle = getattr(_factory(_entry_point(name), name), "settle_parameters", None)
    if not callable(settle):
        return dict(parameters)
    with policy_failures(name, "while its parameters were settled"):
        return cast("dict[str, object]", settle(parameters))


def policy_package(name: str) -> str:
    """Return the distribution that provides a policy, with its version, such as ``chammo 0.1.0``."""
    return package_of(_entry_point(name))


def _entry_point(name: str) -> EntryPoint:
    plugins = find_plugins(GROUP)
    found = plugins.get(name, [])
    if len(found) > 1:
        raise InputError(f"policy {name}: claimed by {claimants_text(found)}; remove one of the packages")
    if found:
        return found[0]
    names = sorted(plugins)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(names) if names else "none; install Chammo with `pip install chammo`"
    raise InputError(f"policy {name!r}: unknown; {hint}installed: {listed}")


def _factory(point: EntryPoint, name: str) -> Callable[..., Policy]:
    try:
        loaded: object = point.load()
    except (Exception, SystemExit) as error:  # third-party code: an import may fail in any way
        if os.environ.get("CHAMMO_DEBUG") and not isinstance(error, SystemExit):
            raise
        raise RunError(
            f"policy {name}: {point.value} of {package_of(point)} cannot be loaded "
            f"({type(error).__name__}: {error}); reinstall or mend that package"
        ) from error
    if not callable(loaded):
        raise RunError(
            f"policy {name}: {point.value} of {package_of(point)} is no class or function that makes a policy; "
            "mend the entry point"
        )
    return cast(Callable[..., Policy], loaded)


def _check_parameters(name: str, factory: Callable[..., Policy], values: Mapping[str, object]) -> None:
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
        raise InputError(f"policy {name}: {'; '.join(problems)}; accepted: {_accepted(factory)}")


def _signature(factory: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(factory)
    except (TypeError, ValueError):
        return None


def _accepted(factory: Callable[..., Any]) -> str:
    signature = _signature(factory)
    names = [str(p.replace(annotation=p.empty)) for p in signature.parameters.values()] if signature else []
    return ", ".join(names) or "none"
