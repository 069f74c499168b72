#!/usr/bin/env bash
# pyais 3.3.1: positions in AIS messages of types 17, 22 and 23 are minutes, in type 17 also without a sign.
#
# Behaviour: lon and lat of most messages are degrees. In types 17 (differential corrections), 22 and 23 (areas of a
# base station) the fields of the same name, and ne_lon, ne_lat, sw_lon and sw_lat, are minutes of arc: 60 times too
# much. Type 17 reads the two's complement as a positive number, so the south and the west come out larger still.
# encode_dict has the same scale: degrees that are given to it end up as minutes.
# Expected: degrees. The standard (ITU-R M.1371) transmits tenths of a minute there, as it does in type 27, which
# pyais scales to degrees like types 1, 4, 18 and 21. aiscat scales all of them.
# Why it matters: reference stations and the areas in which ships must report leave the map (longitude 9072). An area
# of half a degree off Korea that is written from degrees becomes one of half a nautical mile in the Gulf of Guinea.
#
# Seen: station at 33.9 S 151.2 E, area to 37.5 N 127.5 E
#   type 17          pyais lon 9072.0 lat 11073.2          aiscat lon 151.2 lat -33.9
#   types 22 and 23  pyais ne_lon 7650.0 ne_lat 2250.0     aiscat ne_lon 127.5 ne_lat 37.5
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyais==3.3.1 aiscat==0.68.16
"$folder/venv/bin/python" - <<'PY'
import functools
import operator
import sys

import aiscat
import pyais

TENTHS = 600  # tenths of a minute in a degree
SHIP = 123456789


def sentence(*fields):
    """One AIVDM sentence of fields (value, bits); signed values in two's complement."""
    bits = "".join(f"{value % 2**width:0{width}b}" for value, width in fields)
    fill = -len(bits) % 6
    bits += "0" * fill
    sixes = [int(bits[k : k + 6], 2) for k in range(0, len(bits), 6)]
    armour = "".join(chr(v + 48 if v < 40 else v + 56) for v in sixes)
    text = f"AIVDM,1,1,,A,{armour},{fill}"
    return f"!{text}*{functools.reduce(operator.xor, text.encode()):02X}"


def degrees(value, width):
    return round(value * TENTHS), width


HEAD = (0, 2), (SHIP, 30), (0, 2)
station = sentence((17, 6), *HEAD, degrees(151.2, 18), degrees(-33.9, 17), (0, 5), (0, 40))
CORNERS = degrees(127.5, 18), degrees(37.5, 17), degrees(127.0, 18), degrees(37.0, 17)
channels = sentence((22, 6), *HEAD, (0, 29), *CORNERS, (0, 29))
area = sentence((23, 6), *HEAD, *CORNERS, (0, 50))
ship = sentence(
    (1, 6), (0, 2), (SHIP, 30), (0, 4), (0, 8), (0, 10), (0, 1),
    (round(127.5 * 600_000), 28), (round(37.5 * 600_000), 27), (0, 12), (0, 9), (0, 6), (0, 25),
)  # fmt: skip


def both(text, *names):
    ours, theirs = pyais.decode(text).asdict(), aiscat.decode(text)
    rows = [[round(float(message[name]), 3) for name in names] for message in (ours, theirs)]
    print(f"type {ours['msg_type']:2}  {names}  pyais {rows[0]}  aiscat {rows[1]}")
    return rows


NAMES = "ne_lon", "ne_lat", "sw_lon", "sw_lat"
seen = [both(ship, "lon", "lat"), both(station, "lon", "lat"), both(channels, *NAMES), both(area, *NAMES)]
message = pyais.encode_dict({"type": 23, "mmsi": SHIP, **dict(zip(NAMES, (127.5, 37.5, 127.0, 37.0)))})
written = [round(aiscat.decode(*message)[name], 3) for name in NAMES]
print("area written by pyais from degrees:", written)
expected = [
    [[127.5, 37.5], [127.5, 37.5]],
    [[9072.0, 11073.2], [151.2, -33.9]],
    *[[[7650.0, 2250.0, 7620.0, 2220.0], [127.5, 37.5, 127.0, 37.0]]] * 2,
]
if seen != expected or max(map(abs, written)) > 3:
    sys.exit("the behaviour has changed")
PY
