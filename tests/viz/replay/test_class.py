"""A class on one server, asked with raw requests: what each key opens, and that nothing else leaves the server."""

import itertools
import logging
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from simcore.errors import InputError
from tests.viz.synthetic import Recipe, write_batch, write_run
from viz.replay import classroom as module
from viz.replay.classroom import LETTERS, TRAINER, Classroom, make_key, read_keys, roles_of
from viz.replay.library import Library
from viz.replay.server import create_app

INSIDE = "delta7-replication-3"
VIEWS = ("truth", "blue", "red", "gold")
TABLES = ("events", "orders", "series", "boards", "requests", "sustainment", "medical", "summary", "shots")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A run, a run in which Blue does not fight, and a batch with a run inside."""
    root = tmp_path_factory.mktemp("class")
    return [
        write_run(root / "alpha7", Recipe(n_units=12, n_frames=61, advice=True)),
        write_run(root / "gamma7", Recipe(n_units=12, n_frames=31, sides=("gold", "red"))),
        write_batch(root / "delta7", run_inside=Recipe(n_units=12, n_frames=31)),
    ]


@pytest.fixture(scope="module")
def keys(folders: list[Path]) -> dict[str, str]:
    return {role: make_key() for role in roles_of(Library(folders))}


@pytest.fixture(scope="module")
def app(folders: list[Path], keys: dict[str, str]) -> Flask:
    library = Library(folders)
    return create_app(library, classroom=Classroom(library, keys, holds=False)).server


def member(app: Flask, key: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("chammo-key-web", key)
    return client


def addresses(app: Flask) -> list[str]:
    """Every route that can be read, for every run, view, table and picture."""
    fill = {
        "run": ["alpha7", "gamma7", INSIDE],
        "other": ["alpha7", "gamma7"],
        "view": VIEWS,
        "index": ["0", "1"],
        "table": TABLES,
        "theme": ["light", "dark"],
        "batch": ["delta7"],
        "path": ["player/main.js"],
        "name": ["player/main.js"],
        "version": ["0123456789abcdef"],
        "filename": ["main.js"],
        "package_name": ["dash"],
        "fingerprinted_path": ["dash_renderer/build/none.js"],
    }
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "classroom.enter":
            continue
        assert rule.arguments <= set(fill), f"{rule}: give this test values for it"
        names = sorted(rule.arguments)
        for values in itertools.product(*(fill[name] for name in names)):
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **dict(zip(names, values, strict=True))))
    return found


def test_without_a_key_nothing_is_answered(app: Flask) -> None:
    client = app.test_client()
    for address in addresses(app):
        answer = client.get(address)
        assert answer.status_code == (404 if address == "/player/main.js" else 401), address
        assert b"CHM1" not in answer.data
    page = client.get("/")
    assert 'name="key"' in page.text
    assert "alpha7" not in page.text
    assert client.put("/replay/alpha7/review.json", json={"put": []}).status_code == 401
    assert client.post("/_dash-update-component", json={}).status_code == 401


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_method_is_answered_without_a_key(app: Flask, method: str) -> None:
    client = app.test_client()
    for address in addresses(app):
        answer = client.open(address, method=method, json={"put": []})
        assert answer.status_code in (401, 404, 405), address
        assert b"CHM1" not in answer.data


@pytest.mark.parametrize(
    "address",
    [
        "/replay/alpha7/Truth/meta.json",
        "/replay/alpha7/truth/../blue/../truth/meta.json",
        "/replay/alpha7/blue%2f..%2ftruth/meta.json",
        "/replay/alpha7//truth/meta.json",
        "/replay/alpha7/blue/../red/events.json",
        "/replay/alpha7/truth/chunk/0.bin?view=blue",
        "/replay/alpha7/red/chunk/0.bin?key=",
        "/replay/gamma7/blue/meta.json",
        "/replay/gamma7/terrain-light.png",
        "/replay/gamma7/live.json",
        "/compare/alpha7/alpha7/truth.json",
        "/boot.json/../replay/alpha7/truth/meta.json",
    ],
)
def test_a_trainee_finds_no_way_round(app: Flask, keys: dict[str, str], address: str) -> None:
    answer = member(app, keys["blue"]).get(address, follow_redirects=True)
    assert answer.status_code == 404
    assert set(answer.get_json()) == {"error", "problem"}


@pytest.mark.parametrize("bad", ["wrong", "", "x" * 5000, "trainer", "열쇠"])
def test_a_bad_key_is_refused_in_words(app: Flask, bad: str) -> None:
    client = app.test_client()
    answer = client.post("/enter", data={"key": bad})
    assert answer.status_code in (401, 403)
    assert "Set-Cookie" not in answer.headers
    assert not bad or "opens nothing here" in answer.text
    assert not bad or bad == "trainer" or bad not in answer.text
    refused = member(app, "wrong").get("/boot.json")
    assert refused.status_code == 401
    assert "ask the trainer" in refused.get_json()["error"]


@pytest.mark.parametrize("side", ["blue", "red"])
def test_a_trainee_gets_what_a_server_of_his_side_would_send(
    app: Flask, folders: list[Path], keys: dict[str, str], side: str
) -> None:
    """For each address: the same answer as from a server that was started with that side's view of the same runs."""
    own = [
        folder for folder, sides in zip(folders[:2], ({"blue", "red"}, {"gold", "red"}), strict=True) if side in sides
    ]
    limited = create_app(Library(own, side)).server.test_client()
    trainee = member(app, keys[side])
    sent = 0
    for address in addresses(app):
        if address.startswith("/class/"):
            continue
        answer, right = trainee.get(address), limited.get(address)
        assert answer.status_code == right.status_code, address
        if address == "/boot.json":
            boot, expected = answer.get_json(), right.get_json()
            assert boot.pop("class") == side
            assert expected.pop("class") is None
            assert boot == expected
        elif right.status_code == 200 and not address.startswith(("/_", "/assets")) and address != "/":
            assert answer.data == right.data, address
            sent += 1
        if (
            any(f"/{view}/" in address or f"/{view}." in address for view in VIEWS if view != side)
            or "/delta7" in address
        ):
            assert answer.status_code >= 400, address
    assert sent > 10


def test_a_trainee_gets_no_name_of_the_enemy_nor_of_other_runs(
    app: Flask, keys: dict[str, str], folders: list[Path]
) -> None:
    trainer, trainee = member(app, keys[TRAINER]), member(app, keys["blue"])
    units = trainer.get("/replay/alpha7/truth/meta.json").get_json()["units"]
    enemies = [unit["name"].encode() for unit in units if unit["side"] == "red"]
    assert enemies
    for address in addresses(app):
        body = trainee.get(address).data
        assert not [name for name in enemies if name in body], address
        assert not any(name in body for name in (b"delta7", b"gamma7")), address
    runs = trainee.get(f"/boot.json?run={INSIDE}").get_json()
    assert [run["id"] for run in runs["runs"]] == ["alpha7"]
    assert runs["batches"] == []
    assert runs["runs"][0]["views"] == ["blue"]


def test_the_trainer_gets_everything(app: Flask, keys: dict[str, str]) -> None:
    boot = member(app, keys[TRAINER]).get("/boot.json").get_json()
    assert [run["id"] for run in boot["runs"]] == ["alpha7", "gamma7"]
    assert [batch["id"] for batch in boot["batches"]] == ["delta7"]
    assert boot["class"] == TRAINER


def test_the_marks_of_the_trainer_stay_with_the_trainer(app: Flask, keys: dict[str, str]) -> None:
    trainer, trainee = member(app, keys[TRAINER]), member(app, keys["blue"])
    mark = {"id": "a", "time_s": 5, "title": "secret plan of the trainer"}
    assert trainer.put("/replay/alpha7/review.json", json={"put": [mark]}).status_code == 200
    assert b"secret plan" not in trainee.get("/replay/alpha7/review.json").data
    assert b"secret plan" not in trainee.get("/replay/alpha7/review.html").data
    assert trainee.put("/replay/gamma7/review.json", json={"put": [mark]}).status_code == 404


def test_the_link_with_a_key_opens_the_page_and_leaves_no_key_in_the_address(app: Flask, keys: dict[str, str]) -> None:
    client = app.test_client()
    answer = client.get(f"/enter?key={keys['red']}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/boot.json").get_json()["class"] == "red"


def test_a_key_is_typed_with_capitals_without_hyphens_or_with_spaces(app: Flask, keys: dict[str, str]) -> None:
    for typed in (keys["blue"].upper(), keys["blue"].replace("-", ""), keys["blue"].replace("-", " ") + " "):
        client = app.test_client()
        assert client.post("/enter", data={"key": typed}).status_code == 303
        assert client.get("/boot.json").get_json()["class"] == "blue"


def test_every_key_is_compared_in_constant_time(
    keys: dict[str, str], folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    true_compare = module.hmac.compare_digest
    monkeypatch.setattr(module.hmac, "compare_digest", lambda a, b: compared.append(len(a)) or true_compare(a, b))
    held = Classroom(Library(folders), keys)
    for key in (keys[TRAINER], keys["red"], "short", "x" * 3000):
        compared.clear()
        held.role(key)
        assert compared == [32] * len(keys)  # all of them, over digests of one length
    assert not any(key in repr(vars(held)) for key in keys.values())


def test_no_key_is_logged(
    app: Flask, keys: dict[str, str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        client = app.test_client()
        client.get(f"/enter?key={keys['blue']}")
        client.get(f"/enter?key={keys['blue']}x")
        client.get("/replay/alpha7/truth/meta.json")
    written = caplog.text + "".join(capfd.readouterr())
    assert not [key for key in keys.values() if key in written]


def test_only_the_trainer_leads_and_trainees_get_his_clock(app: Flask, keys: dict[str, str]) -> None:
    trainer, blue, gold = (member(app, keys[role]) for role in (TRAINER, "blue", "gold"))
    news = {"leads": True, "run": "alpha7", "time_s": 120.0, "speed": 4, "playing": False}
    assert blue.put("/class/clock.json", json=news).status_code == 403
    assert blue.get("/class/clock.json").get_json() == {"leads": False, "holds": False}
    assert trainer.put("/class/clock.json", json={**news, "view": "truth"}).status_code == 200
    told = blue.get("/class/clock.json?page=a").get_json()
    assert 0 <= told.pop("age_s") < 5
    assert told == {**news, "holds": False}
    assert gold.get("/class/clock.json").get_json() == {"leads": False, "holds": False}  # does not fight in that run
    assert trainer.get("/class/clock.json").get_json()["present"]["blue"] == 1
    for bad in ({}, {**news, "time_s": "now"}, {**news, "speed": True}, {**news, "run": None}, []):
        assert trainer.put("/class/clock.json", json=bad).status_code == 422
    trainer.put("/class/clock.json", json={"leads": False})
    assert blue.get("/class/clock.json").get_json() == {"leads": False, "holds": False}


def test_keys_are_long_random_and_easy_to_read() -> None:
    made = {make_key() for _ in range(50)}
    assert len(made) == 50
    assert all(len(LETTERS) ** len(key.replace("-", "")) > 2**96 for key in made)
    assert not set("iloIO01") & set("".join(made))


def test_keys_stay_in_their_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = read_keys(path, ["trainer", "blue"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = read_keys(path, ["trainer", "blue", "red"])
    assert {role: again[role] for role in first} == first
    assert read_keys(path, ["trainer"]) == {"trainer": first["trainer"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"trainer": "short"}', "12 letters"),
        ('{"trainer": 5}', "12 letters"),
        ('{"trainer": "abcdabcdabcdabcd", "blue": "ABCD-abcd-abcd-abcd"}', "same key"),
        ("[1]", "keys.json"),
        ("{", "keys.json"),
    ],
)
def test_a_bad_file_of_keys_is_explained(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        read_keys(path, ["trainer", "blue"])
    assert path.read_text() == text
