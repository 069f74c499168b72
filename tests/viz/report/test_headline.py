"""The first line of the report of a batch: who leads, by a share without a sign, and nobody by nothing."""

from types import SimpleNamespace

import pytest

from viz.report import batch_sections
from viz.report.words import Words

OF_DIFFERENCE = "95% interval of the difference"


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        ((0.1, -0.1, 0.3), "No clear winner: Blue leads Red by 10% (95% interval -10% to +30%)."),
        ((-0.1, -0.3, 0.1), "No clear winner: Red leads Blue by 10% (95% interval -10% to +30%)."),
        ((0.0, -0.2, 0.2), f"No clear winner: Blue and Red win equally often ({OF_DIFFERENCE} -20% to +20%)."),
        ((-0.4, -0.6, -0.2), "Red wins more often than Blue: by 40% of the replications (95% interval 20% to 60%)."),
    ],
)  # fmt: skip
def test_the_headline_names_who_leads(
    monkeypatch: pytest.MonkeyPatch, gap: tuple[float, float, float], told: str
) -> None:
    value, low, high = gap
    monkeypatch.setattr(batch_sections, "lead", lambda *_: SimpleNamespace(value=value, low=low, high=high))
    folder = SimpleNamespace(columns={}, sides=["blue", "red"])
    assert batch_sections.answer(folder, Words("en")) == told  # pyright: ignore[reportArgumentType]
