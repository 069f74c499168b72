"""Every key of a question wrong in turn, from the schema: an error with its place and a remedy, never a traceback."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from scenarios import cli
from scenarios.format.schema.question import QuestionFile
from tests.staff_ai.procurement.test_load import LEVERS, UNCERTAINTIES, write

Place = tuple[str | int, ...]

TITLE = {"en": "Guns", "ko": "포"}
EVERY: dict[str, Any] = {
    "question": {"en": "Which guns?", "ko": "어느 포인가?"},
    "baseline": {"environment.rain_mm_per_h": 1},
    "levers": [
        {**LEVERS[0], "title": TITLE, "kind": "roe", "decided": "purchase", "source": "placeholder"},
        LEVERS[1],
        {
            "name": "more", "path": "groups.blue-robots.count", "low": 1, "high": 3, "now": 2,
            "cost": {"each": {"likely": 1}, "have": 1},
        },
    ],
    "uncertainties": [
        {
            **UNCERTAINTIES[0], "title": TITLE, "kind": "weather", "unit": "km", "source": "placeholder",
            "study": {"title": TITLE, "cost": 1},
        },
        UNCERTAINTIES[1],
    ],
    "measures": [
        {"name": "blue_score", "title": TITLE, "better": "more", "at_least": 0.5, "worth": 10},
        {"name": "blue_force_left", "at_most": 0.9},
    ],
    "budget": {"amount": 5, "unit": "MUSD", "years": 10, "confidence": 0.8},
    "margin": 0.01,
    "assumptions": [{"text": TITLE, "source": "placeholder"}],
    "runs": 1000, "finalists": 2, "seed": 3,
}  # fmt: skip
"""A question with every key that the schema has."""

WRONG: tuple[Any, ...] = (
    None, True, "", "text\x07", "x" * 20_000, -1e300, -1, 0, 0.5, 1e300, math.nan, math.inf, [], [1], ["text"], {},
    {"x": 1}, {"x": {"y": 1}},
)  # fmt: skip
"""Values of wrong types and out of every range; each is right for some key."""


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def keys_of(model: type[BaseModel], value: Any, place: Place) -> Iterator[tuple[Place, bool]]:
    """Yield the place of each key of a model that a value has, and whether it is required."""
    for name, field in model.model_fields.items():
        if isinstance(value, dict) and name in value:
            yield (*place, name), field.is_required()
            for inner in models_in(field.annotation):
                entries = value[name] if isinstance(value[name], list) else [value[name]]
                for k, entry in enumerate(entries):
                    of_entry = (*place, name, k) if isinstance(value[name], list) else (*place, name)
                    yield from keys_of(inner, entry, of_entry)


def whole(folder: Path) -> dict[str, Any]:
    """Return the question with every key, as plain values."""
    from scenarios.format.yaml_text import read_yaml

    path = Path(write(folder, **EVERY))
    return read_yaml(path.read_text(encoding="utf-8"), "question.yaml").data


def changed(value: Any, place: Place, new: Any, *, gone: bool = False) -> Any:
    """Return a copy of plain values with another value at a place, or without it."""
    first, rest = place[0], place[1:]
    copy = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copy[first] = changed(copy[first], rest, new, gone=gone)  # type: ignore[index]
    elif gone:
        del copy[first]  # type: ignore[arg-type]
    else:
        copy[first] = new  # type: ignore[index]
    return copy


def is_valid(content: Any) -> bool:
    """Return whether the schema alone takes a question."""
    try:
        QuestionFile.model_validate(content)
    except ValidationError:
        return False
    return True


def is_refused(content: Any, place: Place) -> bool:
    """Return whether the schema refuses the value at a place itself, whatever stands beside it."""
    try:
        QuestionFile.model_validate(content)
    except ValidationError as error:
        return any(one["loc"][: len(place)] == place for one in error.errors())
    return False


def asked(folder: Path, content: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Return exit code and lines of errors of ``chammo procure --check``."""
    path = write(folder, **content)
    if missing := {"procurement", "scenario", "levers", "measures", "budget"} - content.keys():
        text = Path(path).read_text(encoding="utf-8")
        for key in missing:
            text = re.sub(rf"(?m)^{key}:.*\n(?:[ -].*\n)*", "", text)
        Path(path).write_text(text, encoding="utf-8")
    capsys.readouterr()
    code = cli.main(["procure", path, "--check"])
    return code, capsys.readouterr().err.splitlines()


def dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def check_errors(lines: list[str], place: Place) -> None:
    """Check that each line names file, place and line, and that a line is of the key or of what holds it."""
    assert lines
    for line in lines:
        assert "Traceback" not in line
        assert re.match(r"chammo: .*question\.yaml: [\w.\[\]# -]+: .+\(line \d+\)$", line), line
        assert len(line) < 700, line
    near = {dotted(place[:k]) for k in range(1, len(place) + 1)}
    assert any(re.search(rf"question\.yaml: ({'|'.join(map(re.escape, near))})[:.\[]", line) for line in lines), lines


PLACES = dict(keys_of(QuestionFile, {"procurement": "", "scenario": "", **EVERY}, ()))


def test_the_question_has_every_key_of_the_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def names(model: type[BaseModel]) -> set[tuple[str, str]]:
        found = {(model.__name__, name) for name in model.model_fields}
        for field in model.model_fields.values():
            for inner in models_in(field.annotation):
                found |= names(inner)
        return found

    have = {place[-1] for place in PLACES}
    assert {name for _, name in names(QuestionFile)} <= have | {"low", "high", "per_year"}
    assert asked(tmp_path, whole(tmp_path), capsys)[0] == 0


LEAVES = [place for place in PLACES if not any(other[: len(place)] == place for other in PLACES if other != place)]


@pytest.mark.parametrize("wrong", WRONG, ids=[repr(one)[:20] for one in WRONG])
def test_all_keys_that_are_wrong_are_named_at_once(
    wrong: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = whole(tmp_path)
    refused = [place for place in LEAVES if is_refused(changed(content, place, wrong), place)]
    for place in refused:
        content = changed(content, place, wrong)
    code, lines = asked(tmp_path, content, capsys)
    assert code == 2
    for place in refused:
        check_errors(lines, place)
        assert any(f"question.yaml: {dotted(place)}" in line for line in lines), place


def test_keys_that_are_missing_or_unknown_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = whole(tmp_path)
    for place in LEAVES:
        content = changed(content, (*place[:-1], f"{place[-1]}x"), 1)
    code, lines = asked(tmp_path, content, capsys)
    assert code == 2
    for place in LEAVES:
        text = f"question.yaml: {dotted(place)}x: unknown key; "
        assert any(text in line and f"`{place[-1]}`" in line for line in lines), place
    needed = [place for place, is_required in PLACES.items() if is_required]
    assert len(needed) > 5
    for place in needed:
        code, lines = asked(tmp_path, changed(whole(tmp_path), place, None, gone=True), capsys)
        assert code == 2
        check_errors(lines, place)


CONTRADICTORY: tuple[tuple[Place, Any, str], ...] = (
    (("levers", 0, "cost", "choice", "many"), {"low": 3, "likely": 2}, "not in this order"),
    (("levers", 0, "decided"), "conduct", "conduct has no cost"),
    (("levers", 0, "now"), "none", "the levels"),
    (("levers", 0, "path"), "environment.visibility_km", "named levels set values by path themselves"),
    (("levers", 1, "levels"), ["hold"], "a single level does not vary"),
    (("levers", 1, "levels"), ["hold", "hold"], "given twice"),
    (("levers", 1, "name"), "guns", "given twice"),
    (("levers", 2, "low"), 4, "a range needs two ends"),
    (("levers", 2, "now"), 9, "outside"),
    (("levers", 2, "cost"), {"each": 1, "choice": {"1": 1}}, "give each, or choice"),
    (("uncertainties", 0, "path"), "sides.blue.roe_limit", ""),
    (("uncertainties", 0, "enemy_chooses"), True, "the enemy chooses among levels"),
    (("uncertainties", 1, "weights"), [1, 2, 3], "3 weights for 2 levels"),
    (("uncertainties", 1, "weights"), [0, 0], ""),
    (("uncertainties", 1, "path"), "blue", "one would undo the other"),
    (("measures", 0, "at_most"), 0.9, "give at_least or at_most"),
    (("measures", 1, "worth"), 3, "first measure"),
    (("measures", 1, "name"), "blue_score", "twice"),
    (("budget", "amount"), 0, "above 0"),
    (("runs",), 400, ""),
    (("baseline",), {"environment.rain_mm_h": 1}, "did you mean"),
    (("baseline",), {"groups.blue-robots.count": 0}, ""),
    (("scenario",), "brigde.yaml", "brigde.yaml"),
    (("scenario",), "", "it is empty"),
    (("levers", 0, "now"), "x" * 2000, "none of the levels"),
)
"""Values that are right alone and wrong together, or wrong for the scenario, with a part of the message."""


@pytest.mark.parametrize(
    ("place", "value", "word"), CONTRADICTORY, ids=[f"{dotted(one[0])}={one[1]!r:.30}" for one in CONTRADICTORY]
)
def test_values_that_contradict_others_or_the_scenario_are_refused_with_their_place(
    place: Place, value: Any, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = asked(tmp_path, changed(whole(tmp_path), place, value), capsys)
    assert code == 2
    check_errors(lines, place)
    assert any(word in line for line in lines), lines


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES, ids=dotted)
def test_a_key_that_is_wrong_alone_is_named_or_taken(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in WRONG:
        content = changed(whole(tmp_path), place, wrong)
        code, lines = asked(tmp_path, content, capsys)
        assert code == 2 or (code == 0 and is_valid(content)), (wrong, lines)
        if code == 2:
            check_errors(lines, place)
