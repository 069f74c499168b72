"""The mission of a recorded run, for its readers: question, description, what decides, the objectives of the sides."""

import math
from typing import Any

from scenarios.compiler.compiled import Compiled
from simcore.params import MountSpecR, MountSpecW

BRIEFING = "briefing.json"
"""File of a run folder."""
NAMES = "names.json"
"""File of a run folder with the names for its readers."""


def names_document(compiled: Compiled) -> dict[str, Any]:
    """Return the content of ``names.json``: language, kind of thing, name -> name for readers; empty without any."""
    from scenarios.format.korean import english_names, korean_names

    content = compiled.scenario.content
    return {lang: names for lang, names in (("en", english_names(content)), ("ko", korean_names(content))) if names}


def briefing_document(compiled: Compiled) -> dict[str, Any]:
    """Return the content of ``briefing.json``. Objectives are in the order of the outcome."""
    from scenarios.compiler.tasks import objective_parts  # the compiler is not loaded for a kept scenario

    content, roster = compiled.scenario.content, compiled.roster
    weights = {side.name: sum(o.weight for o in content.objectives if o.side == side.name) for side in content.sides}
    korean = {key: " ".join(getattr(content, key).split()) for key in ("question_ko", "description_ko")}
    return {
        "title": roster.title,
        "question": " ".join(content.question.split()),
        "description": " ".join(content.description.split()),
        **{key: text for key, text in korean.items() if text},
        "duration_s": content.time.length_s,
        "win_margin": content.rules.win_margin,
        "sides": [{"name": side.name, "title": side.title, "stance": side.stance} for side in content.sides],
        "objectives": [
            {
                "side": objective.side,
                "text": text,
                "parts": [list(part) for part in objective_parts(objective, content)],
                "goal": objective.goal,
                "share": objective.weight / weights[objective.side] if weights[objective.side] else 0.0,
                "is_decisive": objective.decisive,
            }
            for objective, text in zip(content.objectives, roster.objectives, strict=True)
        ],
        "round_speeds_mps": _round_speeds(compiled),
    }


def _round_speeds(compiled: Compiled) -> dict[str, float]:
    """Return the speed of the rounds [m/s] of each weapon by its display name, 0 if they arrive at once."""
    mounts, titles = compiled.params.mounts, compiled.roster.weapon_titles
    pairs = zip(mounts.whole[MountSpecW.WEAPON].tolist(), mounts.real[MountSpecR.ROUND_SPEED].tolist(), strict=True)
    return {titles[weapon]: speed if math.isfinite(speed) else 0.0 for weapon, speed in sorted(set(pairs))}
