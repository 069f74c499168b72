"""Policies by name: entry points of the group ``chammo.policies``, so that any package can add one."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from simcore.errors import InputError, RunError
from simcore.policy import Policy

GROUP = "chammo.policies"


def policy_names() -> list[str]:
    """Return the names of all installed policies."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_policy(name: str, parameters: Mapping[str, object] | None = None) -> Policy:
    """Return a new policy. Raises ``InputError`` for an unknown name or parameters that it does not take."""
    factory = _factory(_entry_point(name), name)
    values = dict(parameters or {})
    _check_parameters(name, factory, values)
    try:
        return factory(**values)
    except (TypeError, ValueError) as error:
        raise InputError(f"policy {name}: {error}; accepted: {_accepted(factory)}") from error


def _entry_point(name: str) -> EntryPoint:
    found = list(entry_points(group=GROUP, name=name))
    if found:
        return found[0]
    names = policy_names()
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(names) if names else "none; install Chammo with `pip install chammo`"
    raise InputError(f"policy {name!r}: unknown; {hint}installed: {listed}")


def _factory(point: EntryPoint, name: str) -> Callable[..., Policy]:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise RunError(f"policy {name}: {point.value} cannot be loaded ({error}); reinstall its package") from error


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
