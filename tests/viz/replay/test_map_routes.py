"""The server's answers to the tools on the map: to whom, and about bad questions."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from viz.replay.library import Library
from viz.replay.server import create_app


@pytest.fixture(scope="module")
def client(hills: Path) -> FlaskClient:
    return create_app(Library([hills], only_view="blue")).server.test_client()


def asked(client: FlaskClient, address: str) -> dict[str, Any]:
    return json.loads(client.get(f"/replay/hills/{address}").get_data())


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ground.json?x=1", "y: '' is not a number from"),
        ("ground.json?x=nan&y=0", "x: 'nan' is not a number from"),
        ("ground.json?x=1e99&y=0", "x: '1e99' is not a number from"),
        ("sight.json?x1=0&y1=0&h1=x&x2=0&y2=0&h2=2", "h1: 'x' is not a number from"),
        ("blue/envelope.json?kind=nose&against=low&t=0", "kind: 'nose' is not one of sensor, weapon"),
        ("blue/envelope.json?kind=sensor&against=mars&t=0", "against: 'mars' is not one of surface, low, high"),
        ("blue/envelope.json?kind=sensor&against=low&t=0&west=0&east=0&south=0&north=9", "give a rectangle of a metre"),
        ("sight.json?x1=0&y1=0&h1=2&x2=0&y2=0&h2=2&z2=inf", "z2: 'inf' is not a number from"),
    ],
)
def test_bad_numbers_are_refused_by_name(client: FlaskClient, address: str, words: str) -> None:
    answer = client.get(f"/replay/hills/{address}")
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True).replace("\\u0027", "'")


def test_runs_that_are_not_served_have_no_ground(client: FlaskClient) -> None:
    assert client.get("/replay/other/ground.json?x=0&y=0").status_code == 404
    assert client.get("/replay/other/sight.json?x1=0&y1=0&h1=2&x2=9&y2=0&h2=2").status_code == 404


def test_a_line_of_no_length_and_one_far_off_the_map_are_answered(client: FlaskClient) -> None:
    here = asked(client, "sight.json?x1=5&y1=5&h1=2&x2=5&y2=5&h2=2")
    assert here["is_clear"]
    far = asked(client, "sight.json?x1=0&y1=0&h1=2&x2=900000&y2=0&h2=2")
    assert not far["is_clear"]  # far below the horizon
    assert asked(client, "ground.json?x=90000&y=0")["surface"] is None


@pytest.mark.parametrize("view", ["truth", "red"])
def test_other_views_have_no_envelopes_and_no_heat_maps(client: FlaskClient, view: str) -> None:
    box = "west=0&east=9&south=0&north=9"
    for address in (f"envelope.json?kind=sensor&against=low&t=0&{box}", "heat.json?kind=losses&of=run&against=low"):
        assert client.get(f"/replay/hills/{view}/{address}").status_code == 404
        assert client.get(f"/replay/hills/blue/{address}").status_code == 200
    mean = asked(client, "blue/heat.json?kind=losses&of=batch&against=low")
    assert mean["runs"] == 1  # no other run of a batch is served
    assert [layer["side"] for layer in mean["layers"]] == ["blue"]
