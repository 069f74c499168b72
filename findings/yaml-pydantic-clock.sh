#!/usr/bin/env bash
# PyYAML 6.0.4 with pydantic 2.14.4: times of day change their meaning at ten o'clock, durations with a leading zero.
#
# Behaviour: PyYAML reads 16:30 as the number 990 (base 60, YAML 1.1) but leaves 06:30 as text. pydantic accepts both:
# text is hours and minutes, a number is seconds after midnight. So 16:30 becomes 00:16:30, in UTC, where 06:30 becomes
# 06:30 without a time zone. A duration of 1:30 is 90 seconds, 01:30 is 90 minutes.
# Expected: the same notation has the same meaning on both sides of ten o'clock, or the model refuses it.
# Either library alone is consistent: pydantic takes "16:30" as half past four in the afternoon.
# Why it matters: H-hours, shifts and delays in scenario files. A file is checked against its model without complaint.
#
# Seen: 06:30 -> 06:30:00         16:30 -> 00:16:30+00:00
#       01:30 -> 1:30:00 (5400 s) 1:30  -> 0:01:30 (90 s)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyyaml==6.0.4 pydantic==2.14.4
"$folder/venv/bin/python" - <<'PY'
import datetime as dt
import sys

import yaml
from pydantic import BaseModel


class Order(BaseModel):
    start: dt.time
    delay: dt.timedelta


def read(start, delay):
    order = Order(**yaml.safe_load(f"start: {start}\ndelay: {delay}\n"))
    print(f"{start} -> {order.start}    {delay} -> {order.delay}")
    return order


morning, afternoon = read("06:30", "01:30"), read("16:30", "1:30")
seen = (
    morning.start == dt.time(6, 30)
    and morning.delay == dt.timedelta(minutes=90)
    and afternoon.start == dt.time(0, 16, 30, tzinfo=dt.UTC)
    and afternoon.delay == dt.timedelta(seconds=90)
    and Order(start="16:30", delay="01:30").start == dt.time(16, 30)
)
if not seen:
    sys.exit("the behaviour has changed")
PY
