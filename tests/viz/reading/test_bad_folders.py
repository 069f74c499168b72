"""Folders that somebody broke or made up: a message that says where and what to do, nothing shown from elsewhere."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenarios import cli
from simcore.errors import InputError
from tests.viz.browser import Page, Served
from tests.viz.synthetic import Recipe, write_batch, write_run
from viz.reading.run_folder import RunFolder
from viz.replay.library import Library
from viz.replay.server import create_app


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run", Recipe(n_units=8, n_frames=13, advice=True))


def change_manifest(folder: Path, **fields: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def change_column(path: Path, name: str, values: Callable[[int], pa.Array]) -> None:
    table = pq.read_table(path)
    table = table.set_column(table.column_names.index(name), name, values(table.num_rows))
    pq.write_table(table, path, row_group_size=480)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("sides", value) for value in (None, "blue", [], ["blue", "blue"], [1, 2], ["blue", ""])),
        *(("n_units", value) for value in (None, "8", 0, -8, 8.5, True)),
        *(("n_frames", value) for value in (None, [], 1e300)),
        *(("frame_interval_s", value) for value in (None, "10", 0, -1, 1e300)),
        *(("bounds_m", value) for value in (None, [0, 1, 2], [1, 0, 0, 1], ["a", "b", "c", "d"])),
        *(("origin", value) for value in (None, {}, {"longitude_deg": 200, "latitude_deg": 0}, [1, 2])),
        *(("scenario", value) for value in (None, "<b>", 3)),
        *(("neutral_sides", value) for value in ("red", [3], {"a": 1})),
    ],
)
def test_a_key_of_the_manifest_that_is_not_what_it_should_be(tiny: Path, key: str, value: Any) -> None:
    change_manifest(tiny, **{key: value})
    with pytest.raises(InputError, match=rf"manifest\.json: {key}: is not .*; write the run again"):
        Library([tiny])


def test_all_that_is_wrong_is_told_at_once(tiny: Path) -> None:
    change_manifest(tiny, sides=3, origin=3, bounds_m=3)
    with pytest.raises(InputError) as caught:
        Library([tiny])
    assert len(str(caught.value).splitlines()) == 3


def texts(n: int) -> pa.Array:
    return pa.array(["<i>"] * n)


@pytest.mark.parametrize(
    ("table", "column", "values", "message"),
    [
        ("trace", "x_m", texts, "x_m: holds string, not numbers"),
        ("trace", "status", texts, "status: holds string, not whole numbers"),
        ("trace", "unit", lambda n: pa.array(np.full(n, 0.5)), "unit: holds double, not whole numbers"),
        ("units", "name", lambda n: pa.array(range(n)), "name: holds int64, not texts"),
        ("contacts", "side", texts, "side: holds string, not whole numbers"),
        ("events", "kind", lambda n: pa.array(range(n)), "kind: holds int64, not texts"),
    ],
)
def test_a_column_of_another_kind_is_told_when_the_folder_is_opened(
    tiny: Path, table: str, column: str, values: Callable[[int], pa.Array], message: str
) -> None:
    change_column(tiny / f"{table}.parquet", column, values)
    with pytest.raises(InputError, match=rf"{table}\.parquet: {message}; .*make the folder again"):
        RunFolder(tiny)


@pytest.mark.parametrize(
    ("table", "column", "kind"), [("trace", "x_m", pa.float32()), ("contacts", "level", pa.uint8())]
)
def test_empty_cells_are_told_when_they_are_read(tiny: Path, table: str, column: str, kind: Any) -> None:
    change_column(tiny / f"{table}.parquet", column, lambda n: pa.nulls(n, kind))
    client = create_app(Library([tiny])).server.test_client()
    answer = client.get("/replay/run/truth/chunk/0.bin")
    assert answer.status_code == 422
    assert f"{table}.parquet: row group 0 cannot be read ({column}: has empty cells)" in answer.json["error"]


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("events", "kind", texts),
        ("events", "unit", lambda n: pa.array(np.full(n, 2**31 - 1))),
        ("events", "other", lambda n: pa.array(np.full(n, -7))),
        ("contacts", "unit", lambda n: pa.array(np.full(n, 99))),
        ("contacts", "side", lambda n: pa.array(np.full(n, 9))),
    ],
)
def test_what_is_found_later_is_told_in_the_page(
    tiny: Path, table: str, column: str, values: Callable[[int], pa.Array]
) -> None:
    change_column(tiny / f"{table}.parquet", column, values)
    client = create_app(Library([tiny])).server.test_client()
    for view in ("truth", "blue"):
        answer = client.get(f"/replay/run/{view}/{'events.json' if table == 'events' else 'chunk/0.bin'}")
        assert answer.status_code == 422
        assert f"{table}.parquet: {column}: " in answer.json["error"]
        assert "write the run again" in answer.json["error"]


def test_whatever_else_goes_wrong_is_told_in_one_line(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library([tiny])

    def fail(*_: object) -> None:
        raise ZeroDivisionError("<script>")

    client = create_app(library).server.test_client()
    monkeypatch.setattr(library, "view", fail)
    answer = client.get("/replay/run/truth/meta.json")
    assert answer.status_code == 500
    assert answer.mimetype == "application/json"
    assert "cannot be shown (ZeroDivisionError" in answer.json["error"]


def test_a_link_that_leads_out_of_the_folder_is_refused(tiny: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({"zones": [{"name": "secret", "rings_m": [[[0, 0], [1, 0], [1, 1]]]}]}))
    (tiny / "map.json").unlink()
    (tiny / "map.json").symlink_to(secret)
    with pytest.raises(InputError, match=r"map\.json: is a link that leads out of the folder"):
        Library([tiny])
    (tiny / "map.json").unlink()
    (tiny / "map.json").symlink_to(tiny / "measures.json")  # inside it is a matter of taste
    Library([tiny])
    link = tmp_path / "by-another-name"
    link.symlink_to(tiny)
    assert Library([link]).listing()[0]["name"] == "by-another-name"


def test_a_run_that_is_linked_into_a_batch_is_not_served(tiny: Path, tmp_path: Path) -> None:
    batch = write_batch(tmp_path / "study", n=5)
    (batch / "runs").mkdir(exist_ok=True)
    (batch / "runs" / "replication-000000").symlink_to(tiny)
    assert Library([batch]).batch("study")["runs"] == {}
    shutil.copytree(tiny, batch / "runs" / "copy")
    assert len(Library([batch]).batch("study")["runs"]) == 1


def test_a_review_that_somebody_made_up_is_told_and_kept(tiny: Path) -> None:
    client = create_app(Library([tiny])).server.test_client()
    for text in ("[]", "{}", '{"marks": [{"time_s": "<b>"}]}', '{"marks": ' + "[" * 90_000 + "]" * 90_000 + "}"):
        (tiny / "review.json").write_text(text)
        answer = client.get("/replay/run/review.json")
        assert answer.status_code == 422
        assert "review.json: " in answer.json["error"]
        assert "move it away" in answer.json["error"]
    (tiny / "review.json").write_text('{"marks": [], "revision": "x"}')
    assert client.get("/replay/run/review.json").json["revision"] == 0


@pytest.mark.parametrize("command", [["replay"], ["export", "--format", "kml"]])
@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "not a run folder"),
        (lambda folder: change_manifest(folder, status="running"), "still being written"),
        (lambda folder: change_manifest(folder, schema_version=9), "newer than this Chammo reads"),
        (lambda folder: (folder / "trace.parquet").write_bytes(b"PAR1 cut"), "trace.parquet"),
        (lambda folder: (folder / "units.parquet").unlink(), "units.parquet"),
    ],
)
def test_the_terminal_tells_what_is_wrong(
    tiny: Path, capsys: pytest.CaptureFixture[str], command: list[str], breaks: Callable[[Path], Any], words: str
) -> None:
    breaks(tiny)
    assert cli.main([command[0], str(tiny), *command[1:]]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert told.startswith("chammo: ")
    assert "Traceback" not in told


@pytest.mark.browser
def test_texts_of_a_made_up_folder_stay_texts_everywhere(page: Page, tmp_path: Path) -> None:
    evil = "<img src=x onerror=window.hacked=1>"
    folder = write_run(tmp_path / f"run {evil.replace('/', '')}", Recipe(n_units=8, n_frames=61, advice=True))
    units = pq.read_table(folder / "units.parquet").to_pylist()
    pq.write_table(
        pa.Table.from_pylist([{**row, "group": evil, "title": evil} for row in units]), folder / "units.parquet"
    )
    orders = pq.read_table(folder / "orders.parquet").to_pylist()
    pq.write_table(
        pa.Table.from_pylist([{**row, "group": evil, "task": evil} for row in orders]), folder / "orders.parquet"
    )
    pq.write_table(pa.table({"time_s": [1.0], "side": ["blue"], evil: [evil]}), folder / "casualties.parquet")
    advice = pq.read_table(folder / "advice.parquet").to_pylist()
    texts = {"recommendation": evil, "reason": evil, "decision": evil}
    pq.write_table(pa.Table.from_pylist([{**row, **texts} for row in advice]), folder / "advice.parquet")
    document = json.loads((folder / "map.json").read_text())
    for zone in document["zones"]:
        zone |= {"name": evil, "kind": evil}
    (folder / "map.json").write_text(json.dumps(document))
    mark = {"id": evil, "time_s": 5, "title": evil, "note": evil, "view": evil, "hash": f"#view={evil}", "picture": ""}
    (folder / "review.json").write_text(json.dumps({"schema_version": 1, "revision": 1, "marks": [mark]}))
    story = {"question": evil, "description": evil, "win_margin": 0.1}
    objective = {"side": "blue", "text": evil, "parts": [], "goal": 1.0, "share": 1.0, "is_decisive": True}
    (folder / "briefing.json").write_text(json.dumps({**story, "objectives": [objective]}))
    point = {"time_s": 5.0, "kind": evil, "weight": 1.0, "text": evil, "parts": [[evil, {"side": evil}]], "unit": 0}
    (folder / "measures.json").write_text(json.dumps({"outcome": {"turning_points": [point]}}))
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en&theme={evil}#view=truth&t=100&unit={evil}")
        for tab in ("units", "events", "orders", "charts", "boards", "review", "summary"):
            page.click(f"#tab-{tab}")
        page.keys("o", "o")
        assert page.js("return document.querySelector('#panel-review input[type=text]').value") == evil
        page.click("#tab-boards")
        assert evil in page.text("#panel-boards")
        page.click("#tab-summary")
        assert page.text("#panel-summary").count(evil) == 3  # the description is folded
        page.js("chammo.clock.seek(300); chammo.state.selected = chammo.session.active.source.units[0].name")
        assert page.js("return window.hacked") is None
        assert page.js("return document.querySelectorAll('img[src=x]').length") == 0


@pytest.mark.browser
def test_a_link_to_a_run_and_view_that_are_not_served_opens_what_there_is(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en&run=..%2F..%2Fetc#run=../../etc/passwd&view=admin&t=1e99&unit=%3Cb%3E&map=NaN,NaN,NaN")
    assert page.text(".pane-title") == "Truth"
    page.collect()
    assert not [address for address in page.requests if "passwd" in address]
