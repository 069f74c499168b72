"""The conditions of a fight in sentences: light and weather, minefields, operators, latency, the timetable."""

from scenarios.compiler.ticks import delay_ticks, milliseconds
from scenarios.format.schema.environment import Environment
from scenarios.format.schema.injects import Inject
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.triggers import Trigger

_LISTED = 6


def conditions(content: ScenarioFile) -> list[str]:
    """Return a sentence for each condition of a scenario; none for a plain fight on a clear, calm day."""
    sentences: list[str] = []
    if content.environment is not None:
        sentences.append(_weather(content.environment))
    if content.minefields:
        fields = [
            f"{field.name} ({f'of {field.side}' if field.side else 'of no side'}{', suspected' * field.suspected})"
            for field in content.minefields
        ]
        sentences.append(f"Minefields: {_listed(fields)}.")
    crews = [f"{side.name} {side.operators.count}" for side in content.sides if side.operators is not None]
    if crews:
        sentences.append(f"Operators who approve engagements: {', '.join(crews)}.")
    sentences += _latency(content)
    if content.injects:
        entries = sorted(content.injects, key=lambda entry: entry.at_s)
        sentences.append(f"On the timetable: {_listed([_inject(entry) for entry in entries])}.")
    if content.triggers:
        sentences.append(f"Waiting for their moment: {_listed([_trigger(entry) for entry in content.triggers])}.")
    return sentences


def _weather(start: Environment) -> str:
    hour, sunrise, sunset = start.start_local_h, start.sunrise_h, start.sunset_h
    twilight_h = start.twilight_min / 60.0
    if sunrise <= hour < sunset:
        light = "by day"
    elif sunrise - twilight_h <= hour < sunrise or sunset <= hour < sunset + twilight_h:
        light = "at twilight"
    else:
        light = "by night"
    parts = [f"starts {light} at {_clock(hour)} (sun from {_clock(sunrise)} to {_clock(sunset)})"]
    if start.visibility_km is not None:
        parts.append(f"visibility {start.visibility_km:g} km")
    if start.rain_mm_per_h:
        parts.append(f"rain {start.rain_mm_per_h:g} mm/h")
    if start.sea_state:
        parts.append(f"sea state {start.sea_state}")
    if start.wind_mps:
        parts.append(f"wind {start.wind_mps:g} m/s")
    return f"It {', '.join(parts)}."


def _latency(content: ScenarioFile) -> list[str]:
    """Return the delay of messages, and whether it is long enough to span a step."""
    sentences: list[str] = []
    rules, dt_s = content.rules, content.time.dt_s
    used = {entry.platform for group in content.groups for entry in group.units}
    radios = [card.radio for name, card in content.catalogue.platforms.items() if name in used and card.radio]
    hop_s = max((radio.latency_s for radio in radios), default=0.0) * rules.latency_factor
    if hop_s > 0.0:
        sentence = f"A message takes up to {hop_s:g} s per hop"
        hop_ms = milliseconds(hop_s)
        hops = next((k for k in range(1, rules.max_hops + 1) if delay_ticks(k * hop_ms, dt_s) > 0), None)
        if hops is None:
            sentence += f", below half a step of {dt_s:g} s even on paths of {rules.max_hops} hops, the most allowed: "
            sentence += "all messages are prompt"
        elif hops > 1:
            sentence += f", below half a step of {dt_s:g} s: paths of fewer than {hops} hops are prompt"
        sentences.append(f"{sentence}.")
    for side in content.sides:
        times = [(side.staff.order_preparation_s, "an order"), (side.staff.report_processing_s, "a report")]
        delays = [f"{time_s:g} s for {message}" for time_s, message in times if time_s > 0.0]
        if delays:
            sentences.append(f"The staff of {side.name} takes {' and '.join(delays)}.")
    return sentences


def _inject(entry: Inject) -> str:
    who = entry.side or ", ".join(entry.who)
    if entry.kind == "zone":
        who = f"{entry.zone} {'opens' if entry.active else 'closes'}"
    return f"{_clock(entry.at_s / 3600.0)} {entry.kind.replace('_', ' ')}{f' {who}' if who else ''}"


def _trigger(entry: Trigger) -> str:
    when = entry.when
    if when.contact is not None:
        number = f"{when.number} contacts" if when.number > 1 else "a contact"
        words = f"once {when.contact} holds {number}"
    elif when.at_s is not None:
        words = f"at {_clock(when.at_s / 3600.0)}"
    else:
        number = f"{when.number} of " if when.number > 1 else ""
        words = f"once {number}{', '.join(when.entered or when.lost)} {'is in' if when.entered else 'is lost'}"
    place = f"{' in' if when.contact is not None else ''} {when.zone}" if when.zone is not None else ""
    effects = [f"{task.group} to {task.verb}" for task in entry.tasks]
    effects += [f"{e.kind.replace('_', ' ')} {e.side or ', '.join(e.who)}" for e in entry.injects]
    return f"{entry.name}, {words}{place} ({', '.join(effects)})"


def _clock(hours: float) -> str:
    minutes = round(hours * 60.0)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _listed(items: list[str]) -> str:
    left = len(items) - _LISTED
    return "; ".join(items[:_LISTED]) + (f"; and {left} more" if left > 0 else "")
