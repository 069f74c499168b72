"""``chammo verify``: options, exit codes, table and JSON."""

import json

import pytest

from scenarios.cli import main
from scenarios.verification.checks import attrition
from scenarios.verification.oracles.attrition import Fight
from scenarios.verification.topics import TOPICS

SMALL = ["verify", "attrition", "--blue", "4", "--red", "3", "--rate-blue", "0.2", "--replications", "200"]


def test_a_topic_with_options_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(SMALL) == 0
    out = capsys.readouterr().out
    assert "attrition square" in out
    assert "4v3 rates 0.2 0.1 dt 1" in out
    assert "200 replications, seed 1:" in out
    assert "judged rows pass" in out


def test_json_is_one_document_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--json", "--seed", "9"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["is_passed"], document["seed"], document["replications"]) == (True, 9, 200)
    row = document["rows"][1]
    assert set(row) >= {"check", "parameters", "quantity", "estimate", "standard_error", "oracle", "z", "verdict"}


def test_shared_options_may_stand_before_the_topic(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--replications", "50", "--json", "link", "--case", "chain"]) == 0
    assert json.loads(capsys.readouterr().out)["replications"] == 50


def test_a_failing_row_makes_the_exit_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = attrition.attrition.stepped

    def wrong(fight: Fight, dt_s: float, look_ticks: int) -> object:
        return real(Fight(fight.blue, fight.red, 0.5 * fight.rate_blue, fight.rate_red, fight.law), dt_s, look_ticks)

    monkeypatch.setattr(attrition.attrition, "stepped", wrong)
    assert main(SMALL) == 1
    assert "FAIL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["attrition", "--blue", "0"], "--blue: 0 is too small; give 1 or more"),
        (["attrition", "--dt", "0"], "--dt: 0 is too small; give more than 0"),
        (["attrition", "--rate-red", "nan"], "--rate-red: nan is not a number"),
        (["attrition", "--blue", "900", "--red", "900"], "states are too many"),
        (["attrition", "--rate-blue", "1e-14"], "never ends"),
        (["attrition", "--rate-blue", "1e-6", "--rate-red", "1e-6"], "steps"),
        (["salvo", "--p-stop", "1.5"], "choose with --case"),
        (["salvo", "--case", "leakers", "--p-stop", "1.5"], "--p-stop: 1.5 is too large; give 1 or less"),
        (["salvo", "--case", "fire", "--p-stop", "0.5"], "--p-stop does not belong here"),
        (["salvo", "--shots", "3", "--threats", "2"], "no case has all of"),
        (["search", "--range-m", "500", "--radius-m", "1000"], "at least 50 times"),
        (["step-bias", "--steps", "1,x"], "not a list of numbers"),
        (["step-bias", "--steps", "1,0"], "give up to 20 steps"),
        (["step", "--case", "duel", "--steps", "1,2"], "in descending order"),
        (["step", "--case", "fight", "--steps", "4,x"], "give 2 to 10 steps"),
        (["step", "--flight-s", "5"], "--flight-s: 5 s is not a number of steps of 4 s; give a multiple"),
        (["search", "--coverage", "0"], "--coverage: 0 is too small; give more than 0, up to 20"),
        (["search", "--coverage", "-1"], "--coverage: -1 is too small; give more than 0, up to 20"),
        (["search", "--tracks", "4"], "even"),
        (["search", "--case", "width", "--dt", "1000"], "--dt: the pass"),
        (["radar", "--snr-db", "10,10"], "different ratios"),
        (["radar", "--reference-p", "1e-7"], "false-alarm"),
        (["sight", "--half-width-km", "2", "--cell-m", "1000"], "--cell-m"),
        (["movement", "--x-m", "300", "--y-m", "10"], "inside the circle"),
        (["radar", "--ranges-km", "20,x"], "not a list of numbers"),
        (["radar", "--ranges-km", "20,20"], "repeats"),
        (["link", "--spacing-km", "5", "--case", "chain"], "multiple"),
        (["sight", "--target-m", "50", "--case", "wall"], "below the wall"),
        (["sight", "--obstacle-at-m", "30000"], "between observer and target"),
        (["movement", "--vx", "400"], "gets away"),
        (["movement", "--case", "turn", "--dt", "100"], "--dt"),
        (["movement", "--endurance-h", "1", "--cruise", "30"], "--cruise"),
        (["movement", "--to-longitude", "-53", "--to-latitude", "-37.5"], "give a nearer place"),
        (["sustainment", "--case", "palm", "--demand", "400"], "--demand: too many on order"),
        (["sustainment", "--case", "erlang", "--load", "2.9"], "give at most 2.85"),
        (["sustainment", "--case", "age", "--age-h", "0.1"], "less than a thousandth of the mean life"),
        (["sustainment", "--case", "control-limit", "--interval-h", "0.001"], "inspections too close"),
        (["sustainment", "--control", "30"], "--control: above --limit"),
        (["sustainment", "--case", "renewal", "--shape", "0.25", "--hours", "1e5"], "shorter than a step"),
        (["sustainment", "--case", "repairman", "--mttr-h", "1e5"], "--mttr-h: too long beside --mtbf-h"),
        (["attrition", "--replications", "1"], "--replications: 1 is out of range"),
        (["attrition", "--seed", "-1"], "--seed: -1 is out of range"),
        (["attrition", "--threads", "0"], "--threads: 0 is out of range"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_nonsense_is_refused_with_exit_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("arguments", [["nonsense"], ["attrition", "--blue", "x"], ["attrition", "--law", "cubic"]])
def test_usage_errors_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["verify", *arguments])
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("topic", [topic.name for topic in TOPICS])
def test_every_topic_has_help_with_defaults(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["verify", topic, "--help"])
    assert caught.value.code == 0
    assert "default" in capsys.readouterr().out
