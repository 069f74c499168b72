"""The examples of docs/how-to/train-a-commander.md run."""

import importlib.util
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs/how-to/train-a-commander.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def needs_torch(example: str) -> bool:
    return "torch" in example


def run(example: str) -> None:
    exec(compile(example, PAGE.name, "exec"), {})


@pytest.mark.parametrize("example", [e for e in EXAMPLES if not needs_torch(e)])
def test_the_example_runs(example: str) -> None:
    run(example)


@pytest.mark.rl
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("example", [e for e in EXAMPLES if needs_torch(e)])
def test_the_example_with_torch_runs(example: str) -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    run(example)


def test_there_are_examples_of_both_kinds() -> None:
    assert len(EXAMPLES) >= 5
    assert {needs_torch(example) for example in EXAMPLES} == {True, False}
