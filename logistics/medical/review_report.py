"""The post-mortem of a run as text, as plain data and as a picture."""

from html import escape
from typing import Any

import numpy as np

from logistics.drawing.panels import COLOURS, label, ticks
from logistics.medical.review import Review, TimeLine
from logistics.medical.statistics import Rate
from logistics.medical.timeline import Casualty, Phase
from logistics.tables.aligned import aligned, digits, per_cent

MOST_LISTED = 25
"""Dead in the table and in the picture; --all shows every one."""
_LEFT, _WIDTH, _ROW, _TOP = 190.0, 860.0, 16.0, 56.0


def review_lines(found: Review, *, every: bool) -> list[str]:
    """Return the post-mortem as text."""
    counts = found.counts
    lines = [
        f"{found.side}: {counts.killed + counts.wounded} hurt by the enemy, {found.ill} ill; "
        f"{counts.killed} killed ({found.at_once} at once), {counts.died_of_wounds} died of wounds",
        "",
        *_rate_lines(found),
        "",
        *_time_lines(found),
    ]
    if found.dead:
        rows = [
            (row.phase.value, str(row.deaths), str(row.preventable), str(row.longest), digits(row.dead_min, 3),
             digits(row.others_min, 3))
            for row in found.phases
        ]  # fmt: skip
        head = ("phase", "died in it", "preventable", "longest for", "min, dead", "min, others in care")
        lines += ["", *aligned(head, rows)]
        rows = [(row.cause, str(row.deaths), str(row.preventable)) for row in found.causes]
        lines += ["", *aligned(("cause of death", "deaths", "preventable"), rows), ""]
        lines += _dead_lines(found, every=every)
    else:
        lines += ["", "  nobody died after the first moment"]
    if found.facilities:
        lines += ["", *_facility_lines(found)]
    return lines


def _rate_lines(found: Review) -> list[str]:
    counts = found.counts
    rows = [
        (name, per_cent(rate.value), _interval(rate), f"{rate.of} of {rate.among}")
        for name, rate in (
            ("%KIA", counts.killed_share),
            ("%DOW", counts.died_of_wounds_share),
            ("CFR", counts.case_fatality),
        )
    ]
    return [*aligned(("rate", "value", "95 % interval", "of"), rows), "  their denominators differ: never add them"]


def _interval(rate: Rate) -> str:
    low, high = rate.interval()
    return f"{100.0 * low:.1f} to {100.0 * high:.1f}"


def _time_lines(found: Review) -> list[str]:
    rows = [
        (line.name, f"{line.limit_min:g}", per_cent(line.in_time.value), str(line.in_time.among), *_quantiles(line))
        for line in found.time_lines
    ]
    return aligned(("time line", "min", "in time", "of", "median, min", "90 %, min"), rows)


def _quantiles(line: TimeLine) -> tuple[str, str]:
    if line.minutes.size == 0:
        return "-", "-"
    return digits(float(np.median(line.minutes)), 3), digits(float(np.quantile(line.minutes, 0.9)), 3)


def _dead_lines(found: Review, *, every: bool) -> list[str]:
    shown = found.dead if every else found.dead[:MOST_LISTED]
    rows = [
        (
            _name(found, one),
            str(one.niss or "-"),
            f"T{one.triage}" if one.triage else "-",
            digits((one.end_s - one.hurt_s) / 60.0, 3),
            *(digits(one.minutes(phase), 3) if one.minutes(phase) else "" for phase in Phase),
            one.cause + ("" if one.is_preventable else ", not preventable") + _lost(one),
        )
        for one in shown
    ]
    width = max(len(row[-1]) for row in rows)
    rows = [(*row[:-1], row[-1].ljust(width)) for row in rows]
    head = ("who died", "NISS", "triage", "min", "unaided", "waiting", "way", "queue", "treated", "held", "cause")
    lines = aligned((*head[:-1], head[-1].ljust(width)), rows)
    if len(shown) < len(found.dead):
        lines.append(f"  and {len(found.dead) - len(shown)} more; --all shows them")
    return lines


def _lost(one: Casualty) -> str:
    return ", transport lost" if one.lost_transports else ""


def _name(found: Review, one: Casualty) -> str:
    return f"{found.run.units[one.unit]} #{one.person}"


def _facility_lines(found: Review) -> list[str]:
    rows = [
        (
            flow.name,
            str(flow.arrived),
            str(flow.treatments),
            digits(flow.wait_min, 3),
            str(flow.longest_queue),
            str(flow.died),
            str(flow.sent_on),
            str(flow.ended),
            str(flow.lost),
            str(flow.present),
        )
        for flow in found.facilities
    ]
    head = (
        "facility",
        "arrived",
        "treatments",
        "wait, min",
        "longest queue",
        "died",
        "sent on",
        "duty or left",
        "lost",
        "there",
    )
    return aligned(head, rows)


def review_json(found: Review) -> dict[str, Any]:
    """Return the post-mortem as plain data; times in minutes, nan for those of nobody."""
    counts = found.counts
    return {
        "schema_version": 1,
        "side": found.side,
        "hurt_by_enemy": counts.killed + counts.wounded,
        "ill": found.ill,
        "killed": counts.killed,
        "killed_at_once": found.at_once,
        "died_of_wounds": counts.died_of_wounds,
        "returned_72h": counts.returned,
        "rates": {
            "kia_share": _rate(counts.killed_share),
            "dow_share": _rate(counts.died_of_wounds_share),
            "case_fatality": _rate(counts.case_fatality),
        },
        "time_lines": [
            {
                "name": line.name,
                "limit_min": line.limit_min,
                "in_time": _rate(line.in_time),
                "minutes": sorted(line.minutes.tolist()),
            }
            for line in found.time_lines
        ],
        "phases": [
            {
                "phase": row.phase.value,
                "deaths": row.deaths,
                "preventable": row.preventable,
                "longest_for": row.longest,
                "dead_min": row.dead_min,
                "others_min": row.others_min,
            }
            for row in found.phases
        ],
        "causes": [{"cause": row.cause, "deaths": row.deaths, "preventable": row.preventable} for row in found.causes],
        "dead": [
            {
                "person": one.person,
                "unit": found.run.units[one.unit],
                "niss": one.niss,
                "triage": one.triage or None,
                "hurt_s": one.hurt_s,
                "died_s": one.end_s,
                "death": one.death.name.lower(),
                "cause": one.cause,
                "is_preventable": one.is_preventable,
                "died_in": one.last_phase.value,
                "longest": one.longest().value,
                "lost_transports": one.lost_transports,
                "minutes": {phase.value: one.minutes(phase) for phase in Phase},
            }
            for one in found.dead
        ],
        "facilities": [
            {
                "facility": flow.name,
                "arrived": flow.arrived,
                "treatments": flow.treatments,
                "wait_min": flow.wait_min,
                "longest_queue": flow.longest_queue,
                "died": flow.died,
                "sent_on": flow.sent_on,
                "duty_or_left": flow.ended,
                "lost": flow.lost,
                "present": flow.present,
            }
            for flow in found.facilities
        ],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval()
    return {"of": rate.of, "among": rate.among, "value": rate.value, "low": low, "high": high}


def draw_review(found: Review, *, every: bool) -> str:
    """Return the time of each of the dead from injury to death as SVG: a bar each, coloured by phase."""
    shown = found.dead if every else found.dead[:MOST_LISTED]
    longest = max((one.end_s - one.hurt_s for one in shown), default=60.0) / 60.0 or 1.0
    height = _TOP + _ROW * max(len(shown), 1) + 44.0
    scale = (_WIDTH - _LEFT - 20.0) / longest
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH:g} {height:g}' width='{_WIDTH:g}' role='img'>",
        f"<rect width='{_WIDTH:g}' height='{height:g}' fill='#fff'/>",
        label(20.0, 20.0, f"From injury to death: {found.side}", size=14, anchor="start"),
    ]
    colours = {phase: COLOURS[k % len(COLOURS)] for k, phase in enumerate(Phase)}
    x = 20.0
    for phase, colour in colours.items():
        parts.append(f"<rect x='{x:.1f}' y='31' width='12' height='10' fill='{colour}'/>")
        parts.append(label(x + 17.0, 40.0, phase.value, size=11, anchor="start"))
        x += 34.0 + 6.2 * len(phase.value)
    if not shown:
        parts.append(label(20.0, _TOP + 12.0, "nobody died after the first moment", anchor="start"))
    for row, one in enumerate(shown):
        y = _TOP + _ROW * row
        parts.append(label(_LEFT - 8.0, y + 11.0, _name(found, one), size=11, anchor="end"))
        for span in one.spans:
            begin = (span.begin_s - one.hurt_s) / 60.0
            title = escape(f"{span.phase.value}: {digits(span.minutes, 3)} min")
            parts.append(
                f"<rect x='{_LEFT + scale * begin:.1f}' y='{y + 2.0:.1f}' width='{max(scale * span.minutes, 0.5):.1f}' "
                f"height='{_ROW - 4.0:g}' fill='{colours[span.phase]}'><title>{title}</title></rect>"
            )
    bottom = height - 30.0
    parts.append(f"<path d='M{_LEFT:g} {bottom:g}H{_WIDTH - 20.0:g}' stroke='#555'/>")
    parts += [label(_LEFT + scale * value, bottom + 14.0, f"{value:g}", size=11) for value in ticks(0.0, longest)]
    parts.append(label(0.5 * (_LEFT + _WIDTH), height - 4.0, "minutes since the injury", size=11))
    return "".join([*parts, "</svg>\n"])
