"""The reset of a policy before its first decision, of whatever kind it is."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np

from simcore.plugins import policy_failures
from simcore.types import read_only

Briefing = TypeVar("Briefing", contravariant=True)


class Resettable(Protocol[Briefing]):
    """A commander, or a policy of logistics, with its own kind of briefing."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        ...


def reset_policy(
    policy: Resettable[Briefing], label: str, briefing: Briefing, seed: int, replications: Sequence[int] | np.ndarray
) -> None:
    """Reset a policy for ``replications``; an exception is reported as a failure of the policy called ``label``."""
    replication = read_only(np.array(replications, dtype=np.uint64))
    with policy_failures(label, "at its reset"):
        policy.reset(briefing, seed, replication)
