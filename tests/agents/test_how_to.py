"""The example of docs/how-to/write-a-policy.md runs and keeps the protocol; its table is true."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from agents.doctrine import registered
from simcore.errors import InputError
from simcore.orders import KEEP_ROE, OrderW
from simcore.policy_registry import find_policy
from tests.agents.synthetic import busy_picture, decide, make_briefing, take


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/how-to/write-a-policy.md").read_text(encoding="utf-8")


def test_the_example_keeps_the_protocol(page: str) -> None:
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    names: dict[str, type] = {}
    exec(compile(found.group(1), "write-a-policy.md", "exec"), names)
    policy = names["ZonePatrol"]()
    briefing = make_briefing()
    picture = busy_picture(briefing, 6)
    together = decide(policy, briefing, picture)
    alone = decide(policy, briefing, take(picture, [4]))
    np.testing.assert_array_equal(alone.real, together.real[[4]])
    assert 0 < together.whole[:, OrderW.ISSUED].sum(axis=1).min() <= len(briefing.groups)
    issued = together.whole[:, OrderW.ISSUED] == 1
    assert (together.whole[:, OrderW.ROE][issued] == KEEP_ROE).all()  # it loosens no rules of engagement
    with pytest.raises(InputError, match="alarm_km"):
        names["ZonePatrol"](alarm_km=0.0)


@pytest.mark.parametrize("name", registered())
def test_the_table_lists_every_parameter_with_its_default(page: str, name: str) -> None:
    row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
    for parameter in inspect.signature(type(find_policy(name))).parameters.values():
        default = str(parameter.default).lower() if isinstance(parameter.default, bool) else f"{parameter.default:g}"
        assert re.search(rf"`{parameter.name}` \({default}[;)]", row), parameter
