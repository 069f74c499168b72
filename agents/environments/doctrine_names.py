"""Names of doctrines among the choices of a commander: ``name`` or ``name:parameter=value``."""

from collections.abc import Sequence

from agents.doctrine import registered
from scenarios.run.policies import read_policy_text
from simcore.errors import InputError
from simcore.policy import Policy
from simcore.policy_registry import find_policy

MOST_DOCTRINES = 16


def find_doctrine(text: str) -> Policy:
    """Return a new policy for a name, with its parameters."""
    return find_policy(*read_policy_text(text, f"policy {text!r:.60}"))


def check_doctrines(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names as a tuple.

    Raises
    ------
    InputError
        For more than 16 names, a name that occurs twice, an unknown policy, and parameters unknown to the policy.
    """
    if isinstance(names, str) or any(type(name) is not str or name != name.strip() for name in names):
        raise InputError(f"sizes: doctrines is {names!r:.60}; give a list of names such as aggressive")
    if len(names) > MOST_DOCTRINES:
        raise InputError(f"sizes: doctrines has {len(names)} names; give at most {MOST_DOCTRINES}")
    for k, name in enumerate(names):
        if name in names[:k]:
            raise InputError(f"sizes: doctrines names {name!r:.60} twice; name it once")
        try:
            find_doctrine(name)
        except InputError as error:
            raise InputError(f"sizes: doctrines: {error}") from None
    return tuple(names)


def check_shipped(names: Sequence[str], label: str) -> None:
    """Raise ``InputError`` for a doctrine that does not come with Chammo; ``label`` is the place of the names."""
    known = registered()
    for name in names:
        if name.partition(":")[0] not in known:
            raise InputError(
                f"{label}: {name!r:.60} is no doctrine that comes with Chammo, and a policy folder may name no other; "
                f"give some of {', '.join(known)}"
            )
