import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.format.yaml_text import read_yaml
from scenarios.run.policies import choose_policies
from simcore.errors import InputError, RunError
from simcore.policy_registry import find_policy, policy_names


@pytest.mark.usefixtures("plugin")
def test_policies_come_from_any_installed_package() -> None:
    assert {"wait", "patrol"} <= set(policy_names())
    assert find_policy("patrol", {"reach_km": 2}).reach_m == 2000.0  # type: ignore[attr-defined]


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("patrl", {}, "policy 'patrl': unknown; did you mean 'patrol'\\? installed: .*patrol.*wait"),
        ("patrol", {"reach": 2}, "no parameter 'reach', did you mean 'reach_km'\\?; accepted: reach_km=1.0"),
        ("patrol", {"reach_km": -1}, "policy patrol: reach_km is below 0; accepted: reach_km"),
        ("patrol", {"reach_km": "far"}, "policy patrol: .*accepted: reach_km"),
        ("wait", {"x": 1}, "policy wait: no parameter 'x'; accepted: none"),
    ],
)
def test_a_wrong_name_or_parameter_is_explained(name: str, parameters: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_policy(name, parameters)


@pytest.mark.usefixtures("plugin")
def test_a_policy_that_cannot_be_loaded_is_explained() -> None:
    with pytest.raises(
        RunError, match=r"policy broken: no_such_module:Nothing of skirmish-policies 1\.0 cannot be loaded"
    ):
        find_policy("broken")


def test_the_command_line_replaces_the_scenario(compiled: Compiled) -> None:
    blue, red = choose_policies(compiled.roster)
    assert (blue.name, blue.parameters, red.name) == ("patrol", {"reach_km": 1.5}, "wait")
    blue, red = choose_policies(compiled.roster, ["red=patrol:reach_km=2,slow_s=0"], {"blue": "wait"})
    assert (blue.name, blue.parameters) == ("wait", {})
    assert (red.name, red.parameters) == ("patrol", {"reach_km": 2, "slow_s": 0})


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("010", 10), ("1:30", "1:30"), ("yes", "yes"), ("true", True), ("2026-01-01", "2026-01-01")],
)
def test_a_parameter_on_the_command_line_reads_as_in_a_file(compiled: Compiled, text: str, value: object) -> None:
    _, red = choose_policies(compiled.roster, [f"red=patrol:reach_km={text}"])
    assert (red.parameters["reach_km"], type(red.parameters["reach_km"])) == (value, type(value))
    assert read_yaml(f"reach_km: {text}", "file").data == {"reach_km": value}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("blue", "not understood; write side=name"),
        ("=hold", "not understood"),
        ("bleu=wait", "no side 'bleu'; did you mean 'blue'\\? sides: blue, red"),
        ("blue=patrol:reach_km", "'reach_km' is not parameter=value"),
        ("blue=patrol:reach_km=[", "the value '\\[' is neither a finite number nor a word"),
        ("blue=patrol:reach_km=.inf", "the value '.inf' is neither a finite number"),
        ("blue=patrol:reach_km={a: 1}", "is neither a finite number nor a word"),
        ("blue=", "not understood"),
        ("blue=:reach_km=1", "no policy named"),
    ],
)
def test_a_wrong_option_is_explained(compiled: Compiled, option: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        choose_policies(compiled.roster, [option])
