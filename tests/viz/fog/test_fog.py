"""Fog is cut on the server: what a side's view sends holds nothing that the side did not know. Tested on the bytes."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.viz.conftest import SMALL
from tests.viz.synthetic import SIDES_DEFAULT, unit_name
from tests.viz.synthetic_extras import add_approvals, add_error_ellipses, add_wear, jam_links
from viz.reading.run_folder import RunFolder
from viz.replay import wire
from viz.replay.library import Library, NotServedError
from viz.replay.replay_view import ReplayView
from viz.replay.server import create_app

_NAMES = ("meta", "events", "orders", "series", "boards", "requests", "sustainment", "summary", "shots")
TABLES = [*(f"{name}.json" for name in _NAMES), "overview.bin"]


def responses(folder: Path, view: str) -> dict[str, bytes]:
    """Every byte that the page can get about a view."""
    client = create_app(Library([folder])).server.test_client()
    paths = [*TABLES, *(f"chunk/{i}.bin" for i in range(3))]
    answers = {path: client.get(f"/replay/{folder.name}/{view}/{path}") for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
    return {path: answer.data for path, answer in answers.items()}


def names(side: str) -> list[str]:
    return [name for unit in range(SMALL.n_units) if (name := unit_name(SMALL, unit)).startswith(side)]


def rewrite(path: Path, columns: dict[str, np.ndarray], rows: int) -> None:
    table = pq.read_table(path)
    for name, values in columns.items():
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(values.astype(table[name].to_numpy().dtype)))
    pq.write_table(table, path, row_group_size=rows)


@pytest.mark.parametrize("view", SIDES_DEFAULT)
def test_no_name_of_an_enemy_is_sent(small: Path, view: str) -> None:
    enemy = next(side for side in SIDES_DEFAULT if side != view)
    sent = b"\n".join(responses(small, view).values()).decode("latin-1")
    assert all(name in sent for name in names(view))
    assert not [name for name in names(enemy) if name in sent]
    assert f"{enemy}-patrol-usv" not in sent  # groups of the enemy
    assert ("secret-landing" in sent) == (view == "red")
    assert "winner" not in sent


def test_no_true_position_of_an_enemy_is_sent(small: Path) -> None:
    table = pq.read_table(small / "trace.parquet")
    red = table["unit"].to_numpy() >= SMALL.n_units // 2
    true_x = table["x_m"].to_numpy()[red]
    sent = responses(small, "blue")
    floats = np.concatenate(
        [np.frombuffer(body[k : len(body) - (len(body) - k) % 4], "<f4")
         for name, body in sent.items() if name.endswith(".bin") for k in range(4)]
    )  # fmt: skip
    assert np.intersect1d(true_x, floats).size == 0
    assert np.intersect1d(true_x, np.frombuffer(responses(small, "truth")["chunk/1.bin"], "<f4")).size > 1000


def test_an_own_unit_stays_where_it_last_reported(small: Path) -> None:
    table = pq.read_table(small / "trace.parquet")
    shape = (SMALL.n_frames, SMALL.n_units)
    column = {name: table[name].to_numpy().reshape(shape)[60:120, :20] for name in table.column_names}
    _, arrays = wire.decode(responses(small, "blue")["chunk/1.bin"])
    sent = {name: values.reshape(60, 20) for name, values in arrays.items() if values.size == 1200}
    cut_off = column["linked"] == 0
    assert cut_off.any()
    assert np.array_equal(sent["x"], column["report_x_m"])
    assert np.array_equal(sent["status"], column["report_status"])
    for name, unknown in (("strength", 255), ("endurance", 255), ("heading", 65535), ("speed", 65535), ("ammo", 65535)):
        assert (sent[name][~cut_off] != unknown).all(), name


@pytest.mark.parametrize("body", ["chunk/1.bin", "overview.bin"])
def test_of_a_unit_cut_off_the_last_known_values_are_sent(small: Path, body: str) -> None:
    table = pq.read_table(small / "trace.parquet")
    shape = (SMALL.n_frames, SMALL.n_units)
    column = {name: table[name].to_numpy().reshape(shape)[:, :20] for name in table.column_names}
    header, arrays = wire.decode(responses(small, "blue")[body])
    frames = header["first"] + np.arange(header["frames"])
    linked = column["linked"] == 1
    last = np.maximum.accumulate(np.where(linked, np.arange(SMALL.n_frames)[:, None], -1), axis=0)
    packed = (
        ("strength", wire.pack_share(column["strength"]), 255),
        ("endurance", wire.pack_share(column["endurance"]), 255),
        ("speed", wire.pack_speed(column["speed_mps"]), 65535),
        ("ammo", wire.pack_whole(column["ammo"], 65535), 65535),
        ("task", wire.pack_whole(column["task"], 255), 255),
    )
    is_unknown = (last < 0) | ((column["report_status"] == 4) & ~linked)
    held_over_chunks = ~linked & ~is_unknown & (last < 60) & (np.arange(SMALL.n_frames)[:, None] >= 60)
    assert held_over_chunks.any()
    for name, values, unknown in packed:
        expected = np.where(is_unknown, unknown, values[np.maximum(last, 0), np.arange(20)])[frames]
        assert np.array_equal(arrays[name].reshape(-1, 20), expected), name


def test_why_a_link_is_dead_is_not_sent(small: Path, run_copy: Path) -> None:
    jam_links(run_copy, SMALL.n_units)
    other = run_copy.parent / "small"
    run_copy.rename(other)
    assert responses(other, "blue") == responses(small, "blue")
    _, arrays = wire.decode(responses(other, "truth")["chunk/1.bin"])
    assert set(arrays["linked"]) == {1, 2}
    assert json.loads(responses(other, "truth")["meta.json"])["jamming"] is True
    assert json.loads(responses(small, "truth")["meta.json"])["jamming"] is False


def test_error_ellipses_are_sent_where_the_run_has_them(small: Path, run_copy: Path) -> None:
    add_error_ellipses(run_copy)
    with_ellipses = ReplayView(RunFolder(run_copy), "blue")
    _, plain = wire.decode(ReplayView(RunFolder(small), "blue").chunk(1))
    _, arrays = wire.decode(with_ellipses.chunk(1))
    assert set(arrays) - set(plain) == {"c_major", "c_minor", "c_angle"}
    assert np.allclose(arrays["c_major"], 1.5 * plain["c_error"])
    assert np.allclose(arrays["c_minor"], 0.5 * plain["c_error"])
    assert np.array_equal(arrays["c_angle"], plain["c_serial"] * 37 % 180)


def test_wear_is_sent_where_the_run_has_it_and_as_last_known_of_a_unit_cut_off(small: Path, run_copy: Path) -> None:
    _, plain = wire.decode(ReplayView(RunFolder(small), "truth").chunk(1))
    assert "wear" not in plain
    add_wear(run_copy)
    run = RunFolder(run_copy)
    _, truth = wire.decode(ReplayView(run, "truth").chunk(1))
    worn = truth["wear"].reshape(60, SMALL.n_units)
    assert worn[0, 7] == round((0.7 + 60 / 10_000) * 250)
    _, blue = wire.decode(ReplayView(run, "blue").chunk(1))
    linked = blue["linked"].reshape(60, 20) == 1
    known = blue["wear"].reshape(60, 20)
    assert np.array_equal(known[linked], worn[:, :20][linked])
    cut = ~linked[1:] & ~linked[:-1]
    assert cut.any()
    assert np.array_equal(known[1:][cut], known[:-1][cut]), "it stands still while nobody hears of it"


def test_requests_to_operators_are_those_of_the_side(run_copy: Path) -> None:
    add_approvals(run_copy, SMALL.n_units)
    sent = json.loads(responses(run_copy, "blue")["requests.json"])
    assert {request["side"] for request in sent} == {"blue"}
    assert not any(request["target"].startswith("red") for request in sent)
    assert len(json.loads(responses(run_copy, "truth")["requests.json"])) == 2 * len(sent)


def test_a_side_is_sent_its_own_advice_and_orders_only(small: Path, run_copy: Path) -> None:
    advice = pq.read_table(run_copy / "advice.parquet").to_pylist()
    advice += [row | {"side": "red", "recommendation": "Feint at the hospital"} for row in advice]
    pq.write_table(pa.Table.from_pylist(advice), run_copy / "advice.parquet")
    library = Library([run_copy])
    boards = {name: library.view("run", name).boards["advice"] for name in ("truth", "blue", "red")}
    assert {row["side"] for row in boards["blue"]} == {"blue"}
    assert {row["recommendation"] for row in boards["red"]} == {"Feint at the hospital"}
    assert len(boards["truth"]) == len(boards["blue"]) + len(boards["red"])
    assert {order["side"] for order in library.view("run", "blue").orders} == {"blue"}


def test_what_a_side_cannot_know_does_not_change_its_bytes(small: Path, run_copy: Path) -> None:
    """Another truth with the same reports and contacts: Blue receives the same bytes, to the last."""
    rng = np.random.default_rng(3)
    table = pq.read_table(run_copy / "trace.parquet")
    unit, linked = table["unit"].to_numpy(), table["linked"].to_numpy()
    enemy = unit >= SMALL.n_units // 2
    hidden = enemy | (linked == 0)
    changed = {}
    for name in (
        "x_m",
        "y_m",
        "z_m",
        "heading_deg",
        "speed_mps",
        "strength",
        "endurance",
        "ammo",
        "task",
        "roe",
        "damage",
        "status",
    ):
        values = table[name].to_numpy().copy()
        values[hidden] = rng.integers(0, 6, hidden.sum())  # of the status: phantoms, too
        changed[name] = values
    for name in ("report_x_m", "report_y_m", "linked", "hops"):
        values = table[name].to_numpy().copy()
        values[enemy] = rng.integers(0, 2, enemy.sum())
        changed[name] = values
    rewrite(run_copy / "trace.parquet", changed, 60 * SMALL.n_units)
    units = pq.read_table(run_copy / "units.parquet").to_pylist()
    for row in units[SMALL.n_units // 2 :]:
        row |= {"name": row["name"] + "-other", "platform": "ghost", "group": "ghosts", "cost": 99.0}
    pq.write_table(pa.Table.from_pylist(units), run_copy / "units.parquet")
    series = pq.read_table(run_copy / "series.parquet").to_pylist()
    for row in series:
        row |= {"strength": 0.0, "score": 0.5, "shots": 7} if row["side"] == "blue" else {"contacts": 77, "lost": 3}
    pq.write_table(pa.Table.from_pylist(series), run_copy / "series.parquet")
    manifest = json.loads((run_copy / "manifest.json").read_text())
    manifest |= {"winner": "red", "reason": "decided", "seed": 99, "state_hash": "0", "wall_s": 2.0}
    (run_copy / "manifest.json").write_text(json.dumps(manifest))
    other = run_copy.parent / "small"
    run_copy.rename(other)
    assert responses(other, "blue") == responses(small, "blue")
    assert responses(other, "truth") != responses(small, "truth")


def test_events_of_the_enemy_and_of_units_cut_off_are_not_sent(small: Path) -> None:
    truth = json.loads(responses(small, "truth")["events.json"])
    blue = json.loads(responses(small, "blue")["events.json"])
    assert set(blue["side"]) == {0, -1}
    assert len(blue["kind"]) < sum(side == 0 for side in truth["side"]) + 60
    own_hits = [k for k, kind in enumerate(blue["kind"]) if kind in ("HIT", "MISS")]
    assert all(blue["unit"][k] == -1 and blue["other"][k] >= 0 for k in own_hits), "outcomes at the enemy are not known"
    assert all(unit < 20 for unit in blue["unit"] + blue["other"])
    assert blue["a"][-1] == -1, "who won is not known"
    contacts = dict(zip(blue["kind"], blue["contact"], strict=True))
    assert contacts["CONTACT"] > 0


def test_contact_rows_do_not_tell_the_unit_behind(small: Path) -> None:
    _, arrays = wire.decode(responses(small, "blue")["chunk/1.bin"])
    assert "c_unit" not in arrays
    assert set(arrays["c_side"]) == {0}
    for frame in range(60):
        serials = arrays["c_serial"][arrays["c_start"][frame] : arrays["c_start"][frame + 1]]
        assert (np.diff(serials) > 0).all()


def test_locked_to_one_side_the_rest_cannot_be_reached(small: Path, tmp_path: Path) -> None:
    client = create_app(Library([small], only_view="blue")).server.test_client()
    assert client.get("/replay/small/blue/meta.json").status_code == 200
    for view in ("truth", "red"):
        for path in [*TABLES, "chunk/0.bin"]:
            assert client.get(f"/replay/small/{view}/{path}").status_code == 404
    boot = client.get("/boot.json").json
    assert boot["runs"][0]["views"] == ["blue"]
    assert b"seed" not in client.get("/replay/small/review.html").data.lower()


def test_a_neutral_side_has_no_view(run_copy: Path) -> None:
    manifest = json.loads((run_copy / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"sides": [*manifest["sides"], "traffic"], "neutral_sides": ["traffic"]}
    (run_copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    library = Library([run_copy])
    assert library.listing()[0]["views"] == ["truth", "blue", "red"]
    with pytest.raises(NotServedError):
        library.view("run", "traffic")


def make_late(folder: Path, delay_s: float) -> None:
    """Let every report of a run be ``delay_s`` old when it arrives, a new one in every frame."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "reports_take_time": True}))
    time_s = pq.read_table(folder / "trace.parquet")["time_s"].to_numpy()
    rewrite(folder / "trace.parquet", {"report_age_s": np.minimum(time_s, delay_s)}, 60 * SMALL.n_units)


def sent_arrays(folder: Path) -> dict[str, np.ndarray]:
    """Return what Blue's view sends of its units, (n_frames, n_units) each."""
    view = ReplayView(RunFolder(folder), "blue")
    chunks = [wire.decode(view.chunk(k))[1] for k in range(len(view.run.trace.chunks))]
    names = ("task", "ammo", "strength", "speed", "x", "status", "linked", "age")
    return {name: np.concatenate([arrays[name].reshape(-1, len(view.unit_idx)) for arrays in chunks]) for name in names}


@pytest.mark.parametrize("delay_s", [5.0, 35.0, 400.0])
def test_where_reports_take_time_what_a_unit_does_is_sent_when_it_is_reported(run_copy: Path, delay_s: float) -> None:
    make_late(run_copy, delay_s)
    changed_at = 55  # in the first chunk; what is reported late arrives in the second
    table = pq.read_table(run_copy / "trace.parquet")
    after = (table["frame"].to_numpy() >= changed_at) & (table["unit"].to_numpy() == 3)
    before = sent_arrays(run_copy)
    rewrite(run_copy / "trace.parquet", {"task": np.where(after, 9, table["task"].to_numpy())}, 60 * SMALL.n_units)
    later = sent_arrays(run_copy)
    differs = before["task"] != later["task"]
    assert differs[:, 3].any()
    assert np.argmax(differs[:, 3]) == changed_at + np.ceil(delay_s / SMALL.interval_s)
    assert not np.delete(differs, 3, axis=1).any()
    assert all(np.array_equal(before[name], later[name]) for name in before if name != "task")


def test_where_reports_take_time_own_events_are_told_late_and_in_order(run_copy: Path) -> None:
    prompt = ReplayView(RunFolder(run_copy), "blue").events
    make_late(run_copy, 35.0)
    late = ReplayView(RunFolder(run_copy), "blue").events
    shots = [np.asarray(view["time_s"])[np.asarray(view["kind"]) == "SHOT"] for view in (prompt, late)]
    told = np.ceil((shots[0] + 35.0 + 1e-3) / SMALL.interval_s) * SMALL.interval_s
    assert len(shots[1]) > 5
    assert shots[1].tolist() == told[told <= RunFolder(run_copy).duration_s].tolist()
    assert np.all(np.diff(late["time_s"]) >= 0.0)
