"""A class held to the times that the trainer has shown: no route gives a trainee anything of later times."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask

from tests.viz.replay.test_class import TABLES, member
from tests.viz.skirmish import DOCUMENT
from tests.viz.written_live import WrittenLive
from viz.fog.knowledge import Knowledge
from viz.reading.cut_run import CutRun
from viz.reading.live_folder import LiveFolder
from viz.reading.run_folder import RunFolder
from viz.replay import library as module
from viz.replay.classroom import TRAINER, Classroom
from viz.replay.library import Library
from viz.replay.server import create_app
from viz.replay.wire import MAGIC

KEYS = {TRAINER: "tttt-tttt-tttt", "blue": "bbbb-bbbb-bbbb", "red": "rrrr-rrrr-rrrr"}
AT_S = 140.0
NEWS = {"leads": True, "run": "skirmish", "time_s": AT_S, "speed": 1, "playing": False}
MAP = "west=-7000&east=7000&south=-5000&north=5000"


@pytest.fixture
def app(skirmish: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(module, "_PACE_S", 0.0)
    library = Library([skirmish])
    return create_app(library, classroom=Classroom(library, KEYS)).server


def times(value: Any) -> Iterator[float]:
    """Yield the numbers under every key that names a time, at any depth."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "time_s" or name in ("met_s", "end_s", "until_s", "duration_s", "after_s"):
                yield from (number for number in np.ravel(one).tolist() if number is not None)
            else:
                yield from times(one)
    elif isinstance(value, list):
        for one in value:
            yield from times(one)


def test_no_route_gives_a_trainee_a_later_time_than_the_trainer_has_shown(app: Flask) -> None:
    trainer, trainee = member(app, KEYS[TRAINER]), member(app, KEYS["blue"])
    trainer.put("/class/clock.json", json=NEWS)
    base = "/replay/skirmish"
    addresses = [
        "/boot.json",
        f"{base}/live.json",
        "/compare/skirmish/skirmish/blue.json",
        *(f"{base}/blue/{table}.json" for table in ("meta", *TABLES)),
    ]
    for address in addresses:
        whole, held = (list(times(who.get(address).get_json())) for who in (trainer, trainee))
        assert max(held, default=0.0) <= AT_S, address
        if address.endswith(("events.json", "series.json", "live.json")):
            assert max(whole) > AT_S
            assert len(held) > 0
    meta = trainee.get(f"{base}/blue/meta.json").get_json()
    assert meta["n_frames"] == AT_S / meta["interval_s"] + 1
    first, n_frames = meta["chunks"][-1]
    assert first + n_frames == meta["n_frames"]
    for address in (*(f"{base}/blue/chunk/{k}.bin" for k in range(len(meta["chunks"]))), f"{base}/blue/overview.bin"):
        body = trainee.get(address).data
        assert body.startswith(MAGIC)
        header = json.loads(body[8 : 8 + int.from_bytes(body[4:8], "little")])
        assert (header["frames"] - 1) * header["stride"] + header["first"] < meta["n_frames"]
    assert trainee.get(f"{base}/blue/chunk/{len(meta['chunks'])}.bin").status_code == 404
    # the maps of a time later than that, and those of the whole run, are those of the time shown
    ring = f"{base}/blue/envelope.json?{MAP}&kind=sensor&against=surface"
    assert trainee.get(f"{ring}&t=900").data == trainee.get(f"{ring}&t={AT_S}").data
    assert trainer.get(f"{ring}&t=900").data != trainee.get(f"{ring}&t=900").data
    heat = f"{base}/blue/heat.json?kind=shots&of=run&against=surface"
    totals = [who.get(heat).get_json()["layers"][0]["total"] for who in (trainer, trainee)]
    assert 0 < totals[1] < totals[0]


def test_a_held_run_is_what_a_run_written_so_far_is(skirmish: Path, tmp_path: Path) -> None:
    with WrittenLive(DOCUMENT, tmp_path / "skirmish") as writer:
        writer.let(40)
        live = LiveFolder.find(writer.folder)
        assert live is not None
        live.update()
        so_far = RunFolder(live.path)
        held = CutRun(RunFolder(skirmish), so_far.n_frames)
        assert held.n_frames > 5
        for side in (0, 1):
            one, other = Knowledge(so_far, side), Knowledge(held, side)
            for table in ("events", "orders", "curves", "requests", "shots", "summary"):
                assert repr(getattr(other, table)) == repr(getattr(one, table)), table
            frames = held.n_frames - 1
            assert repr(other.contacts(0, frames + 99)) == repr(one.contacts(0, frames))
        live.close()


def test_the_time_shown_grows_with_the_trainer_and_never_shrinks(app: Flask) -> None:
    trainer, trainee = member(app, KEYS[TRAINER]), member(app, KEYS["blue"])

    def shown() -> float:
        return trainee.get("/replay/skirmish/live.json").get_json()["duration_s"]

    assert trainee.get("/replay/skirmish/live.json").get_json()["state"] == "held"
    assert shown() == 0.0  # before the trainer leads
    for time_s, expected in ((100.0, 100.0), (305.0, 300.0), (50.0, 300.0)):
        trainer.put("/class/clock.json", json={**NEWS, "time_s": time_s})
        assert shown() == expected
    trainer.put("/class/clock.json", json={"leads": False})
    assert shown() == 300.0
    trainer.put("/class/clock.json", json={**NEWS, "time_s": 400.0, "speed": 200, "playing": True})
    time.sleep(0.3)
    assert 400.0 < shown() <= 400.0 + 200 * 5
    trainer.put("/class/clock.json", json={**NEWS, "time_s": 900.0})
    assert shown() == 900.0
    assert "END" in trainee.get("/replay/skirmish/blue/events.json").get_json()["kind"]


def test_only_the_trainer_holds_and_releases(app: Flask) -> None:
    trainer, trainee = member(app, KEYS[TRAINER]), member(app, KEYS["blue"])
    trainer.put("/class/clock.json", json=NEWS)
    assert trainee.put("/class/hold.json", json={"holds": False}).status_code == 403
    for bad in ({}, {"holds": 1}, [], None):
        assert trainer.put("/class/hold.json", json=bad).status_code == 422
    assert trainee.get("/class/clock.json").get_json()["holds"] is True
    assert trainer.put("/class/hold.json", json={"holds": False}).get_json()["holds"] is False
    assert trainee.get("/replay/skirmish/live.json").get_json() == {
        "state": "complete",
        "n_frames": 91,
        "duration_s": 900.0,
        "error": "",
    }
    trainer.put("/class/clock.json", json={"leads": False})
    trainer.put("/class/hold.json", json={"holds": True})
    assert trainee.get("/replay/skirmish/live.json").get_json()["duration_s"] == 0.0  # from now on
    assert "final_score" not in json.dumps(trainee.get("/replay/skirmish/blue/boards.json").get_json())


def test_advice_is_not_set_beside_the_end_of_a_held_run(small: Path) -> None:
    held = CutRun(RunFolder(small), 30)
    rows = held.boards["advice"]
    assert 0 < len(rows) < len(RunFolder(small).boards["advice"])
    assert not [name for row in rows for name in row if name.startswith("final_")]
