#!/usr/bin/env bash
# pyais 3.3.1: a value above the range of its field is encoded modulo the width of the field.
#
# Behaviour: encode_dict keeps the low bits of a speed or an altitude that does not fit: 110 knots become 7.6, a rescue
# aircraft at 5000 m flies at 904 m. Fractions below the step of the field are cut off, not rounded.
# Expected: the standard has codes for this ("102.2 knots or higher", "4094 m or higher"), so a clamp to these, or
# an error, as a text outside the six-bit alphabet raises one.
# Why it matters: AIS of simulated fast craft and aircraft. The sentence does not show the error: its checksum is
# right, and other decoders read the same wrong number.
#
# Seen: type 1 speed 102.2 -> 102.2, 110.0 -> 7.6, 12.37 -> 12.3; type 9 alt 5000 -> 904, speed 1100 -> 76
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyais==3.3.1 aiscat==0.68.16
"$folder/venv/bin/python" - <<'PY'
import sys

import aiscat
import pyais


def trip(kind, name, value):
    text = pyais.encode_dict({"type": kind, "mmsi": 123456789, "lat": 37.5, "lon": 127.5, name: value})
    read = [round(float(message[name]), 1) for message in (pyais.decode(*text).asdict(), aiscat.decode(*text))]
    print(f"type {kind} {name} {value} -> {read[0]} (aiscat: {read[1]})")
    return read


seen = [
    trip(1, "speed", 102.2),
    trip(1, "speed", 110.0),
    trip(1, "speed", 12.37),
    trip(9, "alt", 4000),
    trip(9, "alt", 5000),
    trip(9, "speed", 1100),
]
if seen != [[v, v] for v in (102.2, 7.6, 12.3, 4000.0, 904.0, 76.0)]:
    sys.exit("the behaviour has changed")
PY
