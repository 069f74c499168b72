#!/usr/bin/env bash
# takproto 3.0.1: the conversion of Cursor on Target XML drops parts of <detail>, and the whole of a two-line chat.
#
# Behaviour: xml2proto copies the attributes of <contact>, <status>, <track> and <precisionlocation> that have a field
# of their own and drops the others (phone, readiness, slope). The detail of a GeoChat message is lost altogether
# as soon as it contains a line break, in the text or between the elements. There is no error.
# Expected: the TAK protocol tells an implementation to leave an element whole in xmlDetail if one of its attributes
# has no field, so nothing should be lost; elements that takproto does not know do survive there.
# Why it matters: orders and reports of more than one line arrive empty, as do indented (pretty-printed) messages;
# the readiness of a unit and the climb of an aircraft do not arrive.
#
# Seen: message of one line -> xmlDetail with <__chat> and <remarks>
#       message of two lines, or indented -> xmlDetail ''
#       phone, readiness and slope: nowhere in the message
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet takproto==3.0.1 protobuf==7.36.2
"$folder/venv/bin/python" - <<'PY'
import sys

from takproto import parse_proto, xml2proto

TIMES = " ".join(f'{name}="2026-01-01T00:0{n}:00.000Z"' for name, n in (("time", 0), ("start", 0), ("stale", 5)))


def detail(uid, kind, text):
    event = (
        f'<event version="2.0" uid="{uid}" type="{kind}" how="m-g" {TIMES}>'
        f'<point lat="37.5" lon="127.0" hae="50" ce="10" le="10"/><detail>{text}</detail></event>'
    )
    return parse_proto(xml2proto(event)).cotEvent.detail


def chat(text):
    line = f'<__chat chatroom="All"/><remarks source="UNIT-1">{text}</remarks>'
    return detail("GeoChat.UNIT-1.All.1", "b-t-f", line).xmlDetail


one, two = chat("halt at PL RED"), chat("halt at PL RED\nthen report")
indented = detail("GeoChat.UNIT-1.All.1", "b-t-f", "\n  <remarks>halt at PL RED</remarks>\n").xmlDetail
print("chat of one line: ", repr(one))
print("chat of two lines:", repr(two))
print("indented chat:    ", repr(indented))

unit = detail(
    "UNIT-1",
    "a-f-G-U-C",
    '<contact callsign="A1" phone="5550100"/><status battery="80" readiness="true"/>'
    '<track course="90" speed="5" slope="-3.5"/><usericon iconsetpath="kept"/>',
)
print(unit)
everything = str(unit)
dropped = [name for name in ("5550100", "readiness", "slope", "-3.5") if name not in everything]
kept = "halt at PL RED" in one and "kept" in unit.xmlDetail and unit.contact.callsign == "A1"
if not (kept and two == indented == "" and dropped == ["5550100", "readiness", "slope", "-3.5"]):
    sys.exit("the behaviour has changed")
PY
