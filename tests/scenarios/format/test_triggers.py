"""Triggers in a file: what is refused, and the sentence that explains why."""

from typing import Any

import pytest

from scenarios.format.document import check_data
from scenarios.loader import compile_document
from simcore.errors import ScenarioError
from simcore.intelligence import Intelligence
from tests.simcore.small_worlds import Document, document, forces

TASK = {"group": "red-munitions", "verb": "strike", "at_km": [0, 4], "radius_km": 3}


def file(trigger: Document, **keys: Any) -> Document:
    zones = [{"name": "crossing", "circle": {"centre_km": [0, 4], "radius_km": 2}}]
    return document(
        forces("blue", 1.0) + forces("red", -1.0), zones=zones, triggers=[{"name": "ambush", **trigger}], **keys
    )


def problems(content: Document) -> str:
    with pytest.raises(ScenarioError) as caught:
        check_data(content, "fight.yaml", lambda path: 1)
    return str(caught.value)


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ({"when": {"contact": "red"}}, "triggers[0]: nothing follows; give tasks or injects"),
        ({"when": {}, "tasks": [TASK]}, "give one of contact, entered, lost and at_s"),
        ({"when": {"contact": "red", "at_s": 5}, "tasks": [TASK]}, "give one of contact, entered, lost and at_s"),
        ({"when": {"contact": "rde"}, "tasks": [TASK]}, "when.contact: no fighting side 'rde'; did you mean `red`?"),
        ({"when": {"contact": "red", "zone": "crosing"}, "tasks": [TASK]}, "when.zone: no zone 'crosing'"),
        ({"when": {"entered": ["red-ship"]}, "tasks": [TASK]}, "`entered` needs the zone that is entered"),
        ({"when": {"lost": ["red-shp"]}, "tasks": [TASK]}, "when.lost[0]: no group or unit 'red-shp'"),
        ({"when": {"lost": ["red-drones"], "number": 3}, "tasks": [TASK]}, "when.number: 3 of 2 listed units"),
        ({"when": {"at_s": 1e6}, "tasks": [TASK]}, "when.at_s: 1e+06 is not before the end"),
        ({"when": {"contact": "blue"}, "tasks": [TASK]}, "'red-munitions' is of side 'red', which does not know this"),
        ({"when": {"lost": ["blue-ship"]}, "tasks": [TASK]}, "wait for a `contact` of 'red', or for its own units"),
        ({"when": {"contact": "red"}, "tasks": [{**TASK, "group": "red-munition"}]}, "tasks[0].group: no group"),
        ({"when": {"contact": "red"}, "tasks": [TASK, TASK]}, "'red-munitions' gets two tasks at once; keep one"),
        ({"when": {"contact": "red"}, "tasks": [{**TASK, "route": "auto"}]}, "leave out route_km and route"),
        (
            {"when": {"contact": "red"}, "injects": [{"at_s": 0, "kind": "zone", "zone": "crossing", "active": True}]},
            "injects[0].kind: a trigger cannot change the zone; put it on the timetable",
        ),
        (
            {"when": {"contact": "red"}, "injects": [{"at_s": 0, "kind": "reinforce", "who": ["red-ship"]}]},
            "injects[0].who[0]: 'red-ship' is not in reserve",
        ),
    ],
)
def test_a_trigger_that_cannot_work_is_refused_with_its_place_and_remedy(trigger: Document, message: str) -> None:
    assert message in problems(file(trigger))


def test_two_triggers_of_a_name_and_a_group_that_cannot_keep_together_are_refused() -> None:
    content = file({"when": {"contact": "red"}, "tasks": [TASK]})
    content["triggers"].append({**content["triggers"][0], "when": {"at_s": 5}})
    ship = next(group for group in content["groups"] if group["name"] == "blue-ship")
    ship["units"].append({"platform": "drone"})
    ship["keep_together"] = True
    text = problems(content)
    assert "triggers[1].name: 'ambush' is also the name of triggers[0]" in text
    assert "keep_together: its units move in different domains" in text


def test_the_staff_of_a_side_knows_its_own_later_plan_and_not_that_of_the_enemy() -> None:
    trigger = {
        "when": {"contact": "red"},
        "tasks": [TASK],
        "injects": [{"at_s": 0, "kind": "supply", "who": ["red-ship"]}],
    }
    knows = [{"side": side, "order_of_battle": "exact"} for side in ("blue", "red")]
    compiled = compile_document(file(trigger, intelligence=knows))
    known: list[Intelligence] = [briefing.intelligence for briefing in compiled.briefings]
    assert known[0].document["triggers"] == []
    own = known[1].document["triggers"]
    assert [task["group"] for task in own[0]["tasks"]] == ["red-munitions"]
    assert own[0]["injects"] == []
