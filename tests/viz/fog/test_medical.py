"""Casualties as known to a view, from reports that may come late, in another order, or never."""

import re
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import yaml

from simcore.care import Station
from simcore.recording.run_schema import CARE
from simcore.types import EventKind
from viz.fog.happenings import describe
from viz.fog.medical import medical_known
from viz.reading.events import EventRow

SQUAD, VAN, POST = 3, 5, 7
PERSON = 40


def cases(*rows: tuple[float, str, int, int, int], side: int | None = 0) -> list[dict[str, Any]]:
    """Return the cases of a view with events (time, kind, unit, other, b) of one person."""
    events: dict[str, list[Any]] = {"a": [PERSON] * len(rows)}
    events |= dict(zip(("time_s", "kind", "unit", "other", "b"), map(list, zip(*rows, strict=True)), strict=True))
    people = {"person": np.array([PERSON]), "mechanism": np.array(["mine"], dtype=object)}
    people |= {name: np.array([1]) for name in ("region", "true_triage", "cause", "is_preventable")}
    return known_of(events, people, side)["cases"]


def known_of(events: dict[str, list[Any]], people: dict[str, Any], side: int | None, **tables: Any) -> dict[str, Any]:
    """Return all that is known to a view of eight units, the first four of side 0."""
    no_care = {column.name: np.zeros(0, dtype=np.int64) for column in CARE}
    names = ("time_s", "kind", "side", "order", "column", "unit", "value")
    no_orders = {name: np.zeros(0) for name in names}
    side_of = np.repeat([0, 1], 4)
    run: Any = SimpleNamespace(
        has_medical=True, people=people, n_units=8, side_of=side_of, care=no_care, policy_orders=no_orders
    )
    vars(run).update(tables)
    units = np.arange(8) if side is None or not tables else np.flatnonzero(side_of == side)
    return medical_known(run, side, units, events)


def steps(*rows: tuple[float, str, int, int, int]) -> list[tuple[str, int | None]]:
    return [(step["step"], step["at"]) for step in cases(*rows)[-1]["steps"]]


HURT = (0.0, "HURT", SQUAD, -1, -1)
PICKED = (60.0, "PICKED_UP", VAN, SQUAD, 2)
HANDED = (120.0, "HANDED_OVER", VAN, POST, 0)
ADMITTED = (120.0, "ADMITTED", POST, SQUAD, 1)
TREATED = (130.0, "TREATMENT_BEGUN", POST, SQUAD, int(Station.SURGERY))


def test_a_casualty_goes_from_the_scene_by_transport_to_his_treatment() -> None:
    way = [("hurt", None), ("aboard", VAN), ("queue", POST), ("queue", POST), ("surgery", POST)]
    assert steps(HURT, PICKED, HANDED, ADMITTED, TREATED) == way
    last = cases(HURT, PICKED, HANDED, ADMITTED, TREATED)[0]["steps"][-1]
    assert (last["by"], last["facility"], last["triage"]) == (VAN, POST, 1)


def test_a_hand_over_that_is_reported_late_does_not_undo_a_treatment() -> None:
    assert steps(HURT, PICKED, ADMITTED, TREATED, HANDED)[-1] == ("surgery", POST)
    assert steps(HURT, ADMITTED, TREATED, PICKED, HANDED)[-1] == ("surgery", POST)


def test_first_aid_that_is_reported_late_changes_the_triage_alone() -> None:
    known = cases(HURT, PICKED, (70.0, "AIDED", SQUAD, -1, 3))[0]["steps"][-1]
    assert (known["step"], known["at"], known["triage"]) == ("aboard", VAN, 3)


def test_casualties_of_a_lost_transport_lie_on_the_ground() -> None:
    assert steps(HURT, PICKED, (90.0, "LOSS", VAN, -1, 0))[-1] == ("ground", None)
    assert steps(HURT, PICKED, HANDED, (150.0, "LOSS", VAN, -1, 0))[-1] == ("queue", POST)


def test_the_dead_have_no_further_steps_and_one_hurt_again_after_duty_is_a_new_case() -> None:
    assert steps(HURT, (50.0, "DIED", SQUAD, -1, 2), PICKED)[-1] == ("dead", None)
    again = cases(HURT, (50.0, "DUTY", SQUAD, -1, 0), (90.0, "HURT", SQUAD, -1, -1))
    assert [case["steps"][-1]["step"] for case in again] == ["duty", "hurt"]


def test_an_exchange_point_is_a_step_of_its_own() -> None:
    assert steps(HURT, PICKED, (100.0, "HANDED_OVER", VAN, -1, 0))[-1] == ("point", None)


def test_severity_and_mechanism_are_part_of_the_truth_alone() -> None:
    row = (0.0, "HURT", SQUAD, -1, 33)
    assert (cases(row, side=None)[0]["severity"], cases(row, side=None)[0]["mechanism"]) == (33, "mine")
    assert cases(row)[0]["severity"] is None
    assert "mechanism" not in cases(row)[0]


def test_triage_is_written_as_in_the_field() -> None:
    row = EventRow(0.0, EventKind.ADMITTED, 0, POST, SQUAD, PERSON, 1)
    assert describe(row, "blue", "post", "squad") == "post takes a casualty of squad in: T1"


MEDICAL_SYMBOLS = ("10.1613", "20.120702", "30.130107", "15.140300", "01.......14", "30.......09")
"""Symbol sets with the entities of medical units, facilities, ships and vehicles, or with the first modifier."""


def test_protected_platforms_have_symbols_of_medical_support() -> None:
    folder = Path(str(files("scenarios"))) / "catalog"
    cards = [yaml.safe_load(path.read_text(encoding="utf-8")).get("platforms", {}) for path in folder.glob("*.yaml")]
    codes = {name: card["sidc"] for part in cards for name, card in part.items() if card.get("protected")}
    assert codes
    told = {name: f"{code[4:6]}.{code[10:18]}" for name, code in codes.items()}
    assert {name: code for name, code in told.items() if not re.match("|".join(MEDICAL_SYMBOLS), code)} == {}


def test_a_side_knows_its_own_places_and_the_orders_of_its_own_policy_by_its_own_numbers() -> None:
    care = {column.name: np.zeros(3, dtype=np.int64) for column in CARE}
    care |= {"unit": np.array([2, 3, 5]), "facility": np.array([0, -1, 1]), "transport": np.array([-1, 0, -1])}
    care |= {"role": np.array([1, 0, 2]), "surgery": np.array([0, 0, 4]), "litters": np.array([0, 2, 0])}
    orders = {
        "time_s": np.array([10.0, 20.0, 30.0, 40.0]),
        "kind": np.array(["medical", "medical", "medical", "supply"], dtype=object),
        "side": np.array([0, 0, 1, 0]),
        "order": np.array(["transport_person", "transport_facility", "facility_mode", "send"], dtype=object),
        "column": np.array([0, 0, 1, 0]),
        "unit": np.array([3, 3, 5, 3]),
        "value": np.array([40.0, 0.0, 1.0, 0.0]),
    }
    empty: dict[str, list[Any]] = {name: [] for name in ("time_s", "kind", "unit", "other", "a", "b")}
    people = {"person": np.zeros(0, dtype=np.int64)}
    people |= {name: np.zeros(0) for name in ("mechanism", "region", "true_triage", "cause", "is_preventable")}
    own = known_of(empty, people, 0, care=care, policy_orders=orders)
    assert [(one["unit"], one["role"]) for one in own["places"]] == [(2, 1), (3, 0)]
    assert (own["facilities"], own["transports"]) == ([2], [3])
    assert [(one["order"], one["unit"], one["person"], one["facility"]) for one in own["orders"]] == [
        ("transport_person", 3, 40, None), ("transport_facility", 3, None, 2),
    ]  # fmt: skip
    other = known_of(empty, people, 1, care=care, policy_orders=orders)
    assert [(one["unit"], one["surgery"]) for one in other["places"]] == [(1, 4)]
    assert [one["order"] for one in other["orders"]] == ["facility_mode"]
    assert len(known_of(empty, people, None, care=care, policy_orders=orders)["orders"]) == 3
