"""What the page of the assessments says about made-up results."""

from typing import Any

from benchmarks.pages.assessments import CASES, Case, gate_texts, page, summary
from staff_ai.assess.assess import ENTRIES
from staff_ai.assess.items import Gate, Item, Number, Status, not_applicable
from tests.staff_ai.assess.contexts import BAD

BREACHES = Number("breaches", 4.0, 1.09, 10.2, 1000, "decisions")


def made_up(status: Status, *, is_isolated: bool = True) -> dict[str, Any]:
    """Return an assessment of two items as it is kept."""
    gate = Gate("most_breaches", BREACHES.name, 0.0, False, status)
    items = {"rules": Item("rules", (BREACHES,), (gate,)), "calibration": not_applicable("calibration", "no forecasts")}
    return {
        "subject": "made-up",
        "side": "blue",
        "scenario": "two-patrols",
        "games": 4,
        "games_max": 64,
        "opponents": ["hold", "idle"],
        "in_a_process_of_its_own": is_isolated,
        "versions": {"chammo": "0.1.0", "engine": "57ea"},
        "items": {key: {"number": ENTRIES[key].number, **item.as_json()} for key, item in items.items()},
    }


def test_a_row_has_the_status_of_every_item_and_a_dash_for_those_without() -> None:
    text = page([(Case("good", ()), made_up(Status.PASS))])
    row = next(line for line in text.splitlines() if line.startswith("| `made-up`"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:3] == ["`made-up`", "blue in `two-patrols`", "4 to 64, 2"]
    assert cells[3:] == ["pass" if number == 9 else "-" for number in range(1, 19)]


def test_a_gate_that_fails_is_told_with_its_number_interval_and_bound() -> None:
    found = made_up(Status.FAIL, is_isolated=False)
    assert gate_texts(found) == ["9, breaches: 4 (1.09, 10.2), n = 1000; gate at most 0: fail"]
    assert gate_texts(made_up(Status.PASS)) == []
    text = page([(Case("bad", (), "breaks rules"), found)])
    assert "| `bad` (here) | breaks rules | 9 | 9, breaches: 4 (1.09, 10.2), n = 1000; gate at most 0: fail |" in text
    assert "no proof of compliance" in text


def test_every_bad_commander_of_the_page_is_in_the_file() -> None:
    text = BAD.read_text(encoding="utf-8")
    for case in CASES:
        if case.fault:
            assert f"class {case.words[0].split(':')[1]}(" in text


def test_the_first_sentences_say_who_fails_and_why() -> None:
    good = [
        (Case("sound", ()), made_up(Status.PASS)),
        (Case("weak", (), reasons={9: "it fires where it may not"}), made_up(Status.FAIL)),
        (Case("unclear", ()), made_up(Status.OPEN)),
    ]
    bad = [(Case("wild", (), "breaks rules"), made_up(Status.FAIL)), (Case("sly", (), "hides"), made_up(Status.PASS))]
    lines = summary(good, bad)
    assert "Not on this page yet: `late`." in page([*good, *bad], ["late"])
    assert lines == [
        "1 of 2 commanders that are bad on purpose fail the item that is meant for their fault; not so sly.",
        "1 of 3 sensible commanders pass all items that apply to them: `sound`.",
        "No gate fails, but some are open even with the most games: `unclear` (item 9).",
        "`weak` fails item 9: it fires where it may not.",
    ]
