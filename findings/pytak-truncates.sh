#!/usr/bin/env bash
# pytak 7.6.1: positions of Cursor on Target events are cut to four decimals, towards the equator and Greenwich.
#
# Behaviour: gen_cot, gen_cot_xml, cot_event and cot2xml cut latitude and longitude to 0.0001 degrees, 11 m, without
# rounding. They take no argument for it; only cot_point has one. Height and errors keep all their digits.
# Expected: the numbers that were passed, as up to 7.3.11. An open report to the project (July 2026) speaks of rounding
# to about 10 m. A cut has twice the largest error of that, and its mean is not zero: in Korea 5.6 m southwards and
# 4.4 m westwards, on the other sides of the equator and of Greenwich northwards and eastwards.
# Why it matters: a squad of 8 m spacing stands on one point, a walking soldier moves in jumps, and the event claims
# the accuracy (ce) that the caller gave.
#
# Seen: 37.56789 -> 37.5678, -37.56789 -> -37.5678; error north of 1000 positions: mean -5.5 m, range -11.1 to 0 m
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pytak==7.6.1
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
import xml.etree.ElementTree as ET

import pytak


def latitude(value):
    text = pytak.gen_cot(lat=value, lon=127.0, hae=50.123456, ce=1.5, le=1.5, uid="UNIT-1", cot_type="a-f-G-U-C")
    point = ET.fromstring(text.split(b"\n", 1)[1]).find("point")
    assert point.get("hae") == "50.123456" and point.get("ce") == "1.5"
    return float(point.get("lat"))


north, south = latitude(37.56789), latitude(-37.56789)
print(f"37.56789 -> {north}, -37.56789 -> {south}")

METRES = 111_320.0  # a degree of latitude
values = [37.5 + 7.31e-6 * k for k in range(1000)]
errors = [(latitude(value) - value) * METRES for value in values]
mean = sum(errors) / len(errors)
print(f"error in metres north: mean {mean:.1f}, smallest {min(errors):.1f}, largest {max(errors):.1f}")
cut = north == 37.5678 and south == -37.5678
if not (cut and -6.0 < mean < -5.0 and min(errors) < -10.5 and max(errors) < 0.1):
    sys.exit("the behaviour has changed")
PY
