"""The words of turning points: parts of a sentence, each a key and its facts, so that other languages can differ."""

from collections.abc import Sequence

Facts = dict[str, str]
Part = tuple[str, Facts]
"""Key of the words and the facts that they contain."""

WORDS = {
    "contact": "{side}'s first contact: {unit} detects {other}",
    "shot": "{side} opens fire: {unit} at {other}",
    "objective": "objective met by {side}: {objective}",
    "command_post": "{side} loses its command post {unit}",
    "host": "{side} loses its host {unit}",
    "loses_one": "{side} loses 1 unit ({listed}; {share} of its force)",
    "loses_at_once": "{side} loses {n} units at once ({listed}; {share} of its force)",
    "loses_within": "{side} loses {n} units within {span} ({listed}; {share} of its force)",
    "neutral_lost": "neutral loss: {listed} of {side}",
    "to": " to {by}",
    "not_by_fire": ", not by fire",
    "neutral": "{side} fires at a neutral: {unit} at {other}",
    "decoy": "{side} fires at a decoy: {unit} at {other}",
    "such_shots": "; {n} such shots with {rounds} rounds in all, at {many} of them",
    "goes_ahead": "{side} goes ahead in score by {new}",
    "loses_lead": "{side} loses its lead in score of {old}",
    "passes": "the lead in score passes from {side} ({old}) to {other} ({new})",
    "grows": "{side}'s lead in score grows from {old} to {new}",
    "shrinks": "{side}'s lead in score shrinks from {old} to {new}",
    "by_time": " by {time}",
    "lead": "{side} takes the lead in score and keeps it",
    "links": "half of {side}'s active units are cut off from their command post",
    "someone": "an unknown unit",
}
"""English words by key. A side is the fact ``side`` (or ``other`` in ``passes``), so that it can be translated too."""


def in_words(parts: Sequence[Part]) -> str:
    """Return the sentence in English."""
    return "".join(WORDS[key].format(**facts) for key, facts in parts)
