#!/usr/bin/env bash
# milsymbol 0.2.0 (the Python port): a planned unit is drawn as present, a damaged or destroyed one as whole.
#
# Behaviour: digit 7 of the 20-digit code of a symbol, its status, changes nothing: the drawings of present, planned,
# fully capable, damaged, destroyed and full are the same to the byte. The symbol is not reported as invalid.
# Expected: a planned or suspected unit has a dashed frame, a damaged one a slash and a destroyed one a cross
# (MIL-STD-2525D, table on status). Headquarters, echelon and affiliation, digits next to it, are drawn, and the package
# promises the same picture as milsymbol.js, which draws the status.
# Why it matters: the overlay of a plan shows the units of tomorrow as if they stood there, and losses as if they still
# fought.
#
# Seen: drawings of hostile infantry, and of a friendly tank, aircraft and ship, by status 0 to 5
#   land unit: 6 statuses, 1 drawing, valid; headquarters and echelon: 3 other drawings
#   equipment: 6 statuses, 1 drawing, valid
#   aircraft: 6 statuses, 1 drawing, valid
#   ship: 6 statuses, 1 drawing, valid
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet milsymbol==0.2.0
"$folder/venv/bin/python" - <<'PY'
import sys

from milsymbol import Symbol

REALITY, HOSTILE, FRIEND = "100", "6", "3"  # version 10, no exercise; affiliations
ENTITIES = {
    "land unit": HOSTILE + "10{status}000121100",
    "equipment": FRIEND + "15{status}000120200",
    "aircraft": FRIEND + "01{status}000110100",
    "ship": FRIEND + "30{status}000120200",
}
seen = []
for name, pattern in ENTITIES.items():
    symbols = [Symbol(REALITY + pattern.format(status=status) + "0000") for status in range(6)]
    drawings = {symbol.as_svg() for symbol in symbols}
    seen.append((len(drawings), all(symbol.is_valid() for symbol in symbols)))
    others = ""
    if name == "land unit":
        neighbours = {Symbol("100610" + digits + "1211000000").as_svg() for digits in ("0200", "0014", "0018")}
        others = f"; headquarters and echelon: {len(neighbours - drawings)} other drawings"
    valid = "valid" if seen[-1][1] else "invalid"
    print(f"  {name}: {len(symbols)} statuses, {len(drawings)} drawing, {valid}{others}")
if not (seen == [(1, True)] * len(ENTITIES) and len(neighbours - drawings) == 3):
    sys.exit("the behaviour has changed")
PY
