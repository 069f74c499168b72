"""Small contexts: few games on the short meeting."""

from pathlib import Path
from typing import Any

from agents.environments.settings import Settings, settings_of
from scenarios.loader import compile_document
from staff_ai.assess.context import Context
from staff_ai.assess.field import Field
from staff_ai.assess.gates import read_gates
from staff_ai.assess.stranger import Limits
from staff_ai.assess.subject import open_subject
from tests.agents.environments.games import SHORT, short_document

BAD = Path(__file__).parent / "bad_policies.py"


def with_rules() -> Settings:
    """Return the short meeting with a zone in which blue may not fire."""
    document: dict[str, Any] = short_document()
    document["zones"].append(
        {"name": "hospital", "kind": "no_fire", "circle": {"centre_km": [3, 8], "radius_km": 1}, "side": "blue"}
    )
    return settings_of(compile_document(document), side="blue", split="test")


def context(
    policy: str,
    *,
    settings: Settings | None = None,
    n: int = 4,
    budget: int = 48,
    against: tuple[str, ...] = ("hold",),
    in_process: bool = True,
    limits: Limits | None = None,
    **more: Any,
) -> Context:
    """Return the context of a policy, or of a class of the bad policies by its name."""
    settings = settings or settings_of(SHORT, side="blue", split="test")
    text = policy if not policy[0].isupper() else f"{BAD}:{policy}"
    subject = open_subject(settings, text, in_process=in_process, limits=limits)
    gates = read_gates()
    return Context(Field(settings, against, n), subject, gates.bounds, gates.better_than, budget, **more)
