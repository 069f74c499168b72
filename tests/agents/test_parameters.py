"""Wrong parameters are named, with what is right."""

import pytest

from agents.doctrine.blocks.parameters import check_number, check_switch
from simcore.errors import InputError
from simcore.policy_registry import find_policy


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("defend", {"engagement_line_km": 0}, "engagement_line_km: 0 is out of range; give a number from 2 to 60 km"),
        ("defend", {"strike_value": float("nan")}, "strike_value: nan is out of range"),
        (
            "defend",
            {"withdraw_strength": "half"},
            "withdraw_strength: 'half' is not a number; give a number from 0 to 1",
        ),
        ("defend", {"positive_identification": 1}, "positive_identification: 1 is not a switch; give true or false"),
        ("defend", {"engagment_line_km": 5}, "did you mean 'engagement_line_km'"),
        ("assault", {"speed": 2}, "policy assault: speed: 2 is out of range; give a number from 0.1 to 1"),
        ("assault", {"speed": True}, "speed: True is not a number"),
        ("random", {"radius_km": -1}, "policy random: radius_km: -1 is out of range; give a number from 0.5 to 100 km"),
        ("hold", {"speed": 1}, "no parameter 'speed'; accepted: none"),
    ],
)
def test_a_wrong_parameter_is_explained(name: str, parameters: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_policy(name, parameters)


def test_the_ends_of_a_range_are_allowed() -> None:
    assert check_number("p", "x", 0, 0.0, 1.0) == 0.0
    assert check_number("p", "x", 1.0, 0.0, 1.0) == 1.0
    assert check_switch("p", "x", True)
