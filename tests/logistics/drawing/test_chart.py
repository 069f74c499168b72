"""Charts of lines."""

import math
from xml.etree import ElementTree

import pytest

from logistics.drawing.chart import Line, Mark, line_chart


@pytest.mark.parametrize("y", [[0.0, 5.0, 2.0], [3.0, 3.0, 3.0], [-4.0, math.nan, math.inf], [1e-9, 2e-9, 3e-9]])
def test_a_chart_is_valid_and_escapes_its_texts(y: list[float]) -> None:
    chart = line_chart("a < b & c", "time", "<cost>", [Line("x & y", [1.0, 2.0, 3.0], y)], [Mark(1.0, y[0], "<here>")])
    root = ElementTree.fromstring(chart)
    assert root.tag.endswith("svg")
    assert "nan" not in chart
    assert "inf" not in chart
    assert any(element.text == "<here>" for element in root.iter())


def test_a_stepped_line_goes_across_before_it_goes_down() -> None:
    chart = line_chart("steps", "x", "y", [Line("s", [0.0, 1.0], [2.0, 1.0], is_stepped=True)])
    line = next(element for element in ElementTree.fromstring(chart).iter() if element.tag.endswith("polyline"))
    first, corner, last = ([float(value) for value in point.split(",")] for point in line.attrib["points"].split())
    assert corner == [last[0], first[1]]
    assert last[1] > first[1]  # downwards on the screen
