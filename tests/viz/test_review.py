import base64
import contextlib
import json
import threading
from pathlib import Path

import pytest

from simcore.errors import InputError, RunError
from viz.library import Library
from viz.review import MAX_MARKS, ConflictError, Review, check_review
from viz.review_report import review_html
from viz.server import create_app

PIXEL = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> \" ' & </textarea> 한글"


def mark(**fields: object) -> dict[str, object]:
    return {"id": "a", "time_s": 60.0, "title": "", "note": "", "view": "truth", "hash": "", "picture": "", **fields}


def test_notes_survive_a_restart(tmp_path: Path) -> None:
    first = Review(tmp_path).load()
    assert first == {"schema_version": 1, "revision": 0, "marks": []}
    saved = Review(tmp_path).save({**first, "marks": [mark(time_s=90, note=NASTY), mark(time_s=5)]})
    assert saved["revision"] == 1
    again = Review(tmp_path).load()
    assert [m["time_s"] for m in again["marks"]] == [5.0, 90.0]
    assert again["marks"][1]["note"] == NASTY


def test_a_second_window_does_not_overwrite(tmp_path: Path) -> None:
    review = Review(tmp_path)
    review.save({"revision": 0, "marks": [mark()]})
    with pytest.raises(ConflictError):
        review.save({"revision": 0, "marks": []})
    assert len(review.load()["marks"]) == 1


def test_many_writers_leave_one_whole_file(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with contextlib.suppress(ConflictError):
            Review(tmp_path).save({"revision": 0, "marks": [mark(note=str(number) * 1000)]})

    threads = [threading.Thread(target=write, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Review(tmp_path).load()["revision"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["review.json"]


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
    with pytest.raises(InputError, match="is not JSON"):
        Review(tmp_path).load()
    path.write_text(json.dumps({"schema_version": 9, "marks": []}))
    with pytest.raises(InputError, match="newer"):
        Review(tmp_path).save({"revision": 0, "marks": []})
    assert json.loads(path.read_text())["schema_version"] == 9


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        Review(tmp_path / "gone").save({"revision": 0, "marks": []})


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
    answer = client.put("/replay/run/review.json", json={"revision": 0, "marks": [mark(note="Hold the harbour")]})
    assert answer.status_code == 200
    assert client.put("/replay/run/review.json", json={"revision": 0, "marks": []}).status_code == 409
    assert client.put("/replay/run/review.json", data="{", content_type="application/json").status_code == 422
    assert client.put("/replay/run/review.json", data="x", content_type="text/plain").status_code == 415
    report = client.get("/replay/run/review.html?lang=en")
    assert "attachment" in report.headers["Content-Disposition"]
    assert "Hold the harbour" in report.text
    assert (run_copy / "review.json").is_file()


def test_a_locked_side_has_a_review_of_its_own(run_copy: Path) -> None:
    Review(run_copy).save({"revision": 0, "marks": [mark(note="the truth")]})
    client = create_app(Library([run_copy], only_view="blue")).server.test_client()
    assert client.get("/replay/run/review.json").json["marks"] == []
    assert "the truth" not in client.get("/replay/run/review.html").text
