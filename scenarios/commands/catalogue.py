"""``chammo list`` and ``chammo show``: what scenarios there are and what they are about."""

import json
import os
import shutil
import sys
import textwrap
from argparse import ArgumentParser, Namespace
from typing import Any

from scenarios.command import Command


def _configure_list(parser: ArgumentParser) -> None:
    parser.add_argument("--cards", action="store_true", help="list the platforms, sensors and weapons of the catalogue")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.epilog = "example:\n  chammo list\n  chammo list --cards"


def _list(options: Namespace) -> int:
    rows = _cards() if options.cards else _scenarios()
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    width = max((len(row["name"]) for row in rows), default=0)
    kind = ""
    for row in rows:
        if row.get("kind", "") != kind:
            kind = row["kind"]
            print(f"{kind}:")
        print(f"  {row['name']:<{width}}  {row['title']}")
    if not options.cards:
        print("\n`chammo show NAME` explains one; `chammo list --cards` shows what units can be made of.")
    return 0


def _scenarios() -> list[dict[str, Any]]:
    from scenarios.loader import library_names, load_document

    rows: list[dict[str, Any]] = []
    for name in library_names():
        content = load_document(name).content
        units = sum(entry.count for group in content.groups for entry in group.units)
        rows.append({"name": name, "title": content.title, "question": content.question, "units": units})
    return rows


def _cards() -> list[dict[str, Any]]:
    from scenarios.cards import KINDS, built_in

    catalogue = built_in()
    return [
        {"kind": kind, "name": name, "title": card.title, "source": card.source}
        for kind in KINDS
        for name, card in getattr(catalogue, kind).items()
    ]


def _configure_show(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", help="name of a library scenario, or a file")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--resolved", action="store_true", help="print the resolved scenario as YAML")
    parser.add_argument("--no-map", action="store_true", help="leave out the map")
    parser.epilog = "example:\n  chammo show joint-littoral-defence\n\nNO_COLOR=1 switches colours off."


def _show(options: Namespace) -> int:
    from scenarios.loader import load

    compiled = load(options.scenario)
    if options.resolved:
        print(compiled.scenario.dump_yaml(), end="")
        return 0
    from scenarios.overview import overview

    facts = overview(compiled)
    if options.json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return 0
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = max(60, min(shutil.get_terminal_size((100, 40)).columns, 110))
    print("\n".join(_page(facts, width)))
    if not options.no_map:
        from scenarios.terminal_map import draw_map

        columns = min(width - 2, 84)
        west, east, south, north = compiled.roster.bounds_m
        rows = max(6, min(18, round(columns * (north - south) / (east - west) * 0.5)))
        print()
        for line in draw_map(compiled, columns, rows, is_coloured=is_coloured):
            print(f"  {line}")
        sides = compiled.roster.sides
        print(f"  {(east - west) / 1e3:g} x {(north - south) / 1e3:g} km, north up; "
              f"{sides[0]} small letters, {sides[1]} capitals")  # fmt: skip
        print('  l land, s surface, u subsurface, a air, * command post, o zone, ~ water, " forest, # town')
    return 0


def _page(facts: dict[str, Any], width: int) -> list[str]:
    lines = [f"{facts['name']}: {facts['title']}", ""]
    for key in ("description", "question"):
        if facts[key]:
            lines += [*textwrap.wrap(" ".join(facts[key].split()), width), ""]
    lines.append(
        f"{facts['duration_h']:g} h in steps of {facts['dt_s']:g} s, "
        f"{facts['terrain']} terrain, hash {facts['hash'][:12]}"
    )
    names = [side["name"] for side in facts["sides"]]
    lines += ["", f"{'forces':<44}" + "".join(f"{name:>12}" for name in names)]
    for row in facts["forces"]:
        counts = "".join(f"{row['counts'][name] or '-':>12}" for name in names)
        lines.append(f"  {row['domain']:<11}{row['title'][:30]:<31}{counts}")
    lines.append(f"  {'units':<42}" + "".join(f"{side['units']:>12}" for side in facts["sides"]))
    lines.append(f"  {'cost [million USD]':<42}" + "".join(f"{side['cost_musd']:>12,.1f}" for side in facts["sides"]))
    lines.append(f"  {'policy':<42}" + "".join(f"{side['policy']:>12}" for side in facts["sides"]))
    if facts["objectives"]:
        lines += ["", "objectives (weight)"]
        lines += [f"  {item['text']} ({item['weight']:g})" for item in facts["objectives"]]
    return lines


LIST = Command("list the scenarios of the library", _configure_list, _list)
SHOW = Command("explain a scenario on one screen", _configure_show, _show)
