import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from simcore.errors import InputError
from tests.viz.synthetic import Recipe, write_batch, write_run
from viz.replay.library import Library
from viz.replay.server import create_app


@pytest.fixture
def client(small: Path) -> FlaskClient:
    return create_app(Library([small])).server.test_client()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_another_host_name_is_refused(client: FlaskClient, host: str) -> None:
    for path in ("/", "/boot.json", "/replay/small/truth/meta.json", "/_dash-layout"):
        assert client.get(path, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", "[::1]:8050"])
def test_loopback_names_are_served(client: FlaskClient, host: str) -> None:
    assert client.get("/boot.json", headers={"Host": host}).status_code == 200


def test_the_address_it_listens_on_is_served(small: Path) -> None:
    client = create_app(Library([small]), host="192.168.1.5").server.test_client()
    assert client.get("/boot.json", headers={"Host": "192.168.1.5:8050"}).status_code == 200
    assert client.get("/boot.json", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_from_other_sites_are_refused(client: FlaskClient, site: str) -> None:
    assert client.get("/replay/small/truth/meta.json", headers={"Sec-Fetch-Site": site}).status_code == 403
    answer = client.put("/replay/small/review.json", json={"marks": []}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


def test_the_page_may_reach_this_server_only(client: FlaskClient) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    scripts = policy.split("script-src")[1].split(";")[0]
    assert "unsafe" not in scripts
    assert "http" not in policy
    assert "https://" not in answer.text.replace("https://schema", "")


@pytest.mark.parametrize(
    "path",
    [
        "/replay/..%2f..%2fetc/truth/meta.json",
        "/replay/small/..%2f..%2fmanifest.json/meta.json",
        "/replay/other/truth/meta.json",
        "/replay/small/green/meta.json",
        "/replay/small/truth/chunk/99.bin",
        "/replay/small/truth/chunk/-1.bin",
        "/replay/small/truth/manifest.json",
        "/replay/small/truth/contacts.json",
        "/replay/small/terrain-blue.png",
        "/assets/../pyproject.toml",
        "/assets/%2e%2e/run_folder.py",
        "/batch/none.json",
        "/nothing",
    ],
)
def test_what_is_not_served_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "error" in answer.get_json()


def test_a_folder_name_never_becomes_a_path(tmp_path: Path) -> None:
    folder = write_run(
        tmp_path / "a <b> & 한글 ; .. run", Recipe(n_units=4, n_frames=3, title="<img src=x onerror=alert(1)>")
    )
    library = Library([folder, folder])
    identifiers = [run["id"] for run in library.listing()]
    assert identifiers == ["a-b-run", "a-b-run-2"]
    client = create_app(library).server.test_client()
    assert client.get(f"/replay/{identifiers[1]}/truth/meta.json").json["scenario"]["title"].startswith("<img")
    assert "<img" not in client.get("/").text
    assert "<img" not in client.get(f"/replay/{identifiers[0]}/review.html").text.replace("&lt;img", "")


def test_every_wrong_folder_is_told_at_once(small: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Library([tmp_path / "one", small, tmp_path / "two"])
    assert len(str(caught.value).splitlines()) == 2


def test_a_view_that_is_no_side(small: Path) -> None:
    with pytest.raises(InputError, match="'green' is not a belligerent side"):
        Library([small], only_view="green")


def test_damage_found_later_is_told_in_the_page(run_copy: Path) -> None:
    client = create_app(Library([run_copy])).server.test_client()
    os.truncate(run_copy / "events.parquet", 100)
    answer = client.get("/replay/run/truth/events.json")
    assert answer.status_code == 422
    assert "events.parquet: row group 0 cannot be read" in answer.json["error"]
    (run_copy / "terrain.npz").write_bytes(b"PK\x03\x04 not a raster")
    answer = client.get("/replay/run/terrain-light.png")
    assert answer.status_code == 422
    assert "not readable as terrain" in answer.json["error"]


def test_boards_appear_when_the_folder_holds_them(client: FlaskClient) -> None:
    assert list(client.get("/replay/small/truth/boards.json").get_json()) == ["advice"]
    assert client.get("/replay/small/red/boards.json").json == {}


def test_terrain_is_a_picture(client: FlaskClient) -> None:
    for theme in ("light", "dark"):
        answer = client.get(f"/replay/small/terrain-{theme}.png")
        assert answer.mimetype == "image/png"
        assert answer.data.startswith(b"\x89PNG\r\n\x1a\n")


def test_batch_columns_and_the_run_inside(tmp_path: Path) -> None:
    batch = write_batch(tmp_path / "study", n=20, run_inside=Recipe(n_units=4, n_frames=3))
    client = create_app(Library([batch])).server.test_client()
    answer = client.get("/batch/study.json").json
    assert list(answer["columns"])[:2] == ["replication", "winner"]
    assert "replication" not in answer["numeric"]
    assert answer["seed"] == 7
    inside = answer["runs"]["3"]
    assert client.get(f"/replay/{inside}/truth/meta.json").status_code == 200
    assert [run["id"] for run in client.get(f"/boot.json?run={inside}").json["runs"]] == [inside]


def test_a_batch_that_has_not_ended(tmp_path: Path) -> None:
    batch = write_batch(tmp_path / "study", n=5)
    (batch / "replications.parquet").unlink()
    with pytest.raises(InputError, match="the batch has not ended"):
        Library([batch])


def test_a_command_line_in_a_manifest_is_quoted(tmp_path: Path) -> None:
    batch = write_batch(tmp_path / "study", n=5)
    path = batch / "manifest.json"
    path.write_text(path.read_text().replace("joint-littoral-defence", "x; rm -rf ~"))
    assert "chammo run 'x; rm -rf ~' " in Library([batch]).batch("study")["command"]
    manifest = json.loads(path.read_text())
    manifest["policies"] = [{"side": "blue", "name": "defend", "parameters": {"reserve": 0.2, "mode": "a b"}}]
    path.write_text(json.dumps(manifest))
    (batch / "scenario.resolved.yaml").write_text("name: x")
    command = Library([batch]).batch("study")["command"]
    policy = 'blue=defend:reserve=0.2,mode="a b"'
    assert f"chammo run {batch / 'scenario.resolved.yaml'} --policy '{policy}' " in command


def test_language_of_the_page(client: FlaskClient) -> None:
    assert '<html lang="ko"' in client.get("/?lang=ko").text
    assert '<html lang="en"' in client.get("/?lang=<script>").text
    assert '<html lang="ko"' in client.get("/", headers={"Accept-Language": "ko-KR,ko;q=0.9"}).text
    layout = client.get("/_dash-layout", headers={"Referer": "http://127.0.0.1/?lang=ko"}).text
    assert "\\uac15\\ud3c9" in layout or "강평" in layout


def test_a_number_that_is_none_is_sent_as_null(run_copy: Path) -> None:
    """A side without an enemy left has no force ratio; browsers refuse NaN."""
    series = pq.read_table(run_copy / "series.parquet").to_pylist()
    pq.write_table(
        pa.Table.from_pylist([{**row, "force_ratio": float("nan")} for row in series]), run_copy / "series.parquet"
    )
    body = create_app(Library([run_copy])).server.test_client().get("/replay/run/truth/series.json").data
    assert set(json.loads(body, parse_constant=pytest.fail)[0]["force_ratio"]) == {None}
