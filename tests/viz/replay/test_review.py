import base64
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from simcore.errors import InputError, RunError
from viz.replay.library import Library
from viz.replay.review import MAX_MARKS, Review, check_review
from viz.replay.review_report import review_html
from viz.replay.server import create_app

PIXEL = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> \" ' & </textarea> 한글"


def mark(**fields: object) -> dict[str, object]:
    return {"id": "a", "time_s": 60.0, "title": "", "note": "", "view": "truth", "hash": "", "picture": "", **fields}


def put(folder: Path, *marks: dict[str, object], **removed: object) -> dict[str, Any]:
    return Review(folder).change({"put": list(marks), **removed})


def notes(review: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["note"] for one in review["marks"]}


def test_notes_survive_a_restart(tmp_path: Path) -> None:
    assert Review(tmp_path).load() == {"schema_version": 1, "revision": 0, "marks": []}
    saved = put(tmp_path, mark(id="b", time_s=90, note=NASTY), mark(time_s=5))
    assert saved["revision"] == 1
    again = Review(tmp_path).load()
    assert [m["time_s"] for m in again["marks"]] == [5.0, 90.0]
    assert again["marks"][1]["note"] == NASTY


def test_marks_of_two_windows_are_merged(tmp_path: Path) -> None:
    put(tmp_path, mark(id="one", note="first"))
    saved = put(tmp_path, mark(id="two", note="second"))
    assert notes(saved) == {"one": "first", "two": "second"}


def test_a_field_that_one_window_changed_takes_its_text(tmp_path: Path) -> None:
    put(tmp_path, mark(title="t", note="n", picture=PIXEL))
    was = {"title": "t", "note": "n"}
    put(tmp_path, mark(title="new title", note="n", was=was))
    saved = put(tmp_path, mark(title="t", note="new note", was=was))
    assert [(m["title"], m["note"], m["picture"]) for m in saved["marks"]] == [("new title", "new note", PIXEL)]
    assert saved["copies"] == {}


def test_a_field_that_two_windows_changed_is_kept_twice(tmp_path: Path) -> None:
    put(tmp_path, mark(note="n"))
    was = {"title": "", "note": "n"}
    put(tmp_path, mark(note="theirs", was=was))
    saved = put(tmp_path, mark(note="mine", was=was))
    assert notes(saved) == {"a": "theirs", "a-2": "mine"}
    assert saved["copies"] == {"a": "a-2"}
    again = put(tmp_path, mark(note="mine", was=was))
    assert set(notes(again).values()) == {"theirs", "mine"}


def test_a_mark_is_removed_unless_another_window_changed_it(tmp_path: Path) -> None:
    put(tmp_path, mark(id="a", note="n"), mark(id="b", note="n"))
    put(tmp_path, mark(id="b", note="changed", was={"title": "", "note": "n"}))
    gone = [mark(id=name, was={"title": "", "note": "n"}) for name in ("a", "b", "never")]
    assert notes(Review(tmp_path).change({"remove": gone})) == {"b": "changed"}


def test_a_mark_that_was_removed_elsewhere_comes_back_with_its_new_text(tmp_path: Path) -> None:
    put(tmp_path, mark(note="n"))
    Review(tmp_path).change({"remove": [mark(was={"note": "n"})]})
    assert notes(put(tmp_path, mark(note="typed on", was={"note": "n"}))) == {"a": "typed on"}


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    threads = [threading.Thread(target=put, args=(tmp_path, mark(id=f"m{k}", note=str(k) * 1000))) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    review = Review(tmp_path).load()
    assert review["revision"] == 8
    assert len(review["marks"]) == 8
    assert [path.name for path in tmp_path.iterdir()] == ["review.json"]


def test_marks_without_an_id_or_with_the_same_get_one_each() -> None:
    names = [m["id"] for m in check_review({"marks": [mark(id=""), mark(id="x"), mark(id="x"), mark(id="")]})["marks"]]
    assert len(set(names)) == 4
    assert "" not in names


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "not an object with the lists put and remove"),
        ({"put": {}}, r"review\.put: is not a list"),
        ({"put": [3]}, r"review\.put\[0\]: is not an object"),
        ({"put": [mark(id="")]}, r"review\.put\[0\]\.id: is missing"),
        ({"remove": [mark(was=[])]}, r"review\.remove\[0\]\.was: is not an object of texts"),
        ({"put": [mark(was={"note": 3})]}, r"was: is not an object of texts"),
        ({"put": [mark(note="x" * 4001)]}, "note: is not a text of at most 4000"),
        ({"put": [mark(id=f"m{k}") for k in range(MAX_MARKS + 1)]}, "at most 200 marks"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(document: object, message: str, tmp_path: Path) -> None:
    put(tmp_path, mark(note="kept"))
    with pytest.raises(InputError, match=message):
        Review(tmp_path).change(document)
    assert notes(Review(tmp_path).load()) == {"a": "kept"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "not an object with a list of marks"),
        ({"marks": {}}, "not an object with a list of marks"),
        ({"marks": [3]}, r"review.marks\[0\]: is not an object"),
        ({"marks": [mark(time_s="0")]}, "time_s: is not a number"),
        ({"marks": [mark(time_s=-1)]}, "time_s: is not a number"),
        ({"marks": [mark(time_s=True)]}, "time_s: is not a number"),
        ({"marks": [mark(note="x" * 4001)]}, "note: is not a text of at most 4000"),
        ({"marks": [mark(title=5)]}, "title: is not a text"),
        ({"marks": [mark(picture="javascript:alert(1)")]}, "picture: is not a PNG or JPEG"),
        ({"marks": [mark(picture="data:image/svg+xml;base64,AAAA")]}, "picture: is not a PNG or JPEG"),
        ({"marks": [mark(picture=PIXEL + '" onload="x')]}, "picture: is not a PNG or JPEG"),
        ({"marks": [mark()] * (MAX_MARKS + 1)}, "at most 200 are kept"),
    ],
)
def test_a_wrong_review_is_refused(document: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_review(document)


def test_unknown_fields_are_dropped() -> None:
    assert "evil" not in check_review({"marks": [mark(evil="x")]})["marks"][0]


def test_a_file_that_is_damaged_or_newer_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    path.write_text("{")
    with pytest.raises(InputError, match="not a whole JSON file"):
        Review(tmp_path).load()
    path.write_text(json.dumps({"schema_version": 9, "marks": []}))
    with pytest.raises(InputError, match="newer"):
        Review(tmp_path).change({})
    assert json.loads(path.read_text())["schema_version"] == 9


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        Review(tmp_path / "gone").change({})


def test_the_report_holds_no_markup_of_the_notes() -> None:
    page = review_html(NASTY, [(NASTY, NASTY)], [mark(title=NASTY, note=NASTY, view=NASTY, picture=PIXEL)], "ko")
    assert "<script" not in page
    assert "onerror=alert" not in page.replace("onerror=alert(2)&gt;", "")
    assert page.count("<img") == 1
    assert "사후 강평" in page
    assert "http" not in page.split("http-equiv")[1].split("</head>")[1]


def test_korean_letters_travel_with_the_report() -> None:
    assert "data:font/woff2;base64," in review_html("Bay", [], [], "ko")
    assert "data:font/woff2;base64," in review_html("Bay", [], [mark(note="항구를 지킨다")], "en")
    assert "font/woff2" not in review_html("Bay", [], [mark(note="Hold the harbour")], "en")


def test_routes_save_and_export(run_copy: Path) -> None:
    client = create_app(Library([run_copy])).server.test_client()
    assert client.get("/replay/run/review.json").json["marks"] == []
    answer = client.put("/replay/run/review.json", json={"put": [mark(note="Hold the harbour")]})
    assert answer.status_code == 200
    assert client.put("/replay/run/review.json", json={"put": 3}).status_code == 422
    assert client.put("/replay/run/review.json", data="{", content_type="application/json").status_code == 422
    assert client.put("/replay/run/review.json", data="x", content_type="text/plain").status_code == 415
    report = client.get("/replay/run/review.html?lang=en")
    assert "attachment" in report.headers["Content-Disposition"]
    assert "Hold the harbour" in report.text
    assert (run_copy / "review.json").is_file()


def test_a_locked_side_has_a_review_of_its_own(run_copy: Path) -> None:
    put(run_copy, mark(note="the truth"))
    client = create_app(Library([run_copy], only_view="blue")).server.test_client()
    assert client.get("/replay/run/review.json").json["marks"] == []
    assert "the truth" not in client.get("/replay/run/review.html").text
