"""``chammo list`` and ``chammo show``: the available scenarios and cards, their content, and the trained commanders."""

import json
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.command import Command

if TYPE_CHECKING:
    from scenarios.compiler.compiled import Compiled


def _configure_list(parser: ArgumentParser) -> None:
    parser.add_argument("--cards", action="store_true", help="list the platforms, sensors and weapons of the catalogue")
    parser.add_argument("--commanders", action="store_true", help="list the trained commanders alone")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.epilog = "example:\n  chammo list\n  chammo list --cards\n  chammo list --commanders --json"


def _list(options: Namespace) -> int:
    if options.commanders and options.cards:
        from simcore.errors import InputError

        raise InputError("list: --cards and --commanders together; give one of them")
    rows = _cards() if options.cards else _commanders() if options.commanders else _scenarios()
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    if not options.cards and not options.commanders:
        rows += _commanders()
    lines = _listed(rows)
    if not options.cards:
        lines.append("" if rows else "no trained commander is installed")
        if not options.commanders:
            lines.append(
                "`chammo show NAME` explains a scenario; `chammo list --cards` lists platforms, sensors and weapons."
            )
        if any("kind" in row for row in rows):
            lines.append("`chammo run SCENARIO --policy SIDE=NAME` plays a commander.")
    from scenarios.show.screen import fitted, screen

    print("\n".join(fitted(lines, screen().width)))
    return 0


def _listed(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows under their kinds, titles in a column of their own that is as wide as the screen leaves it."""
    import textwrap

    from scenarios.show.screen import screen

    width = max((len(row["name"]) for row in rows), default=0)
    lines: list[str] = []
    kind = ""
    for row in rows:
        if row.get("kind", "") != kind:
            kind = row["kind"]
            lines.append(f"{kind}:")
        head = f"  {row['name']:<{width}}  "
        room = max(20, screen().width - len(head))
        first, *more = textwrap.wrap(row["title"], room, break_on_hyphens=False) or [""]
        lines += [head + first, *(" " * len(head) + line for line in more)]
    return lines


def _scenarios() -> list[dict[str, Any]]:
    from scenarios.format.document import load_document
    from scenarios.format.texts import library_names

    rows: list[dict[str, Any]] = []
    for name in library_names():
        content = load_document(name).content
        units = sum(entry.count for group in content.groups for entry in group.units)
        rows.append({"name": name, "title": content.title, "question": content.question, "units": units})
    return rows


def _commanders() -> list[dict[str, Any]]:
    from simcore.policy_registry import policy_package, source_policies

    return [
        {"kind": "trained commanders", "name": name, "title": line, "package": policy_package(name)}
        for name, line in source_policies().items()
    ]


def _cards() -> list[dict[str, Any]]:
    from scenarios.format.catalogue import KINDS, built_in

    catalogue = built_in()
    return [
        {"kind": kind, "name": name, "title": card.title, "source": card.source}
        for kind in KINDS
        for name, card in getattr(catalogue, kind).items()
    ]


def _configure_show(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="NAME", help="a library scenario, a scenario file, or a card")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--resolved", action="store_true", help="print the resolved scenario as YAML")
    parser.add_argument("--no-map", action="store_true", help="omit the map")
    parser.add_argument("--full", action="store_true", help="print the whole page, even if longer than the screen")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw both sides at the start into FILE instead")
    parser.epilog = (
        "examples:\n  chammo show joint-littoral-defence\n  chammo show two-patrols --svg patrols.svg\n"
        "  chammo show loitering-munition\n\n"
        "NO_COLOR=1 switches colours off."
    )


def _show(options: Namespace) -> int:
    from scenarios.format.texts import is_scenario

    if not is_scenario(options.scenario):
        return _show_card(options)
    from scenarios.loader import derived, load_again

    compiled = load_again(options.scenario)
    if options.resolved:
        print(compiled.scenario.dump_yaml(), end="")
        return 0

    def overview(compiled: "Compiled") -> dict[str, Any]:
        from scenarios.show.overview import overview

        return overview(compiled)

    facts = derived(compiled, "overview", overview)
    if options.json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return 0
    if options.svg is not None:
        from scenarios.show.map_picture import write_picture

        write_picture(compiled, options.svg)
        print(f"wrote {options.svg}")
        return 0
    from scenarios.show.page import Size, fit_page
    from scenarios.show.terminal_map import draw_map, map_key

    screen = shutil.get_terminal_size((100, 40))
    width = max(60, min(screen.columns, 120))
    columns = width - 43 if width >= 96 else width - 2
    west, east, south, north = compiled.roster.bounds_m
    rows = max(6, min(20, round(columns * (north - south) / (east - west) * 0.5)))
    is_terminal = sys.stdout.isatty()
    is_coloured = is_terminal and not os.environ.get("NO_COLOR")

    def draw(columns: int, rows: int) -> list[str]:
        return [] if options.no_map else draw_map(compiled, columns, rows, is_coloured=is_coloured)

    height = screen.lines - 1 if is_terminal and not options.full else None  # leaves a line for the prompt
    print("\n".join(fit_page(facts, draw, Size(columns, rows), map_key(compiled), width, height)))
    return 0


def _show_card(options: Namespace) -> int:
    from scenarios.show.card import card_facts, card_lines, unknown
    from simcore.errors import InputError

    found = card_facts(options.scenario)
    if not found:
        raise unknown(options.scenario)
    if options.resolved or options.svg is not None:
        option = "--resolved" if options.resolved else "--svg"
        raise InputError(f"show {options.scenario} {option}: is a card, and {option} is for scenarios; leave it out")
    if options.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    width = max(60, min(shutil.get_terminal_size((100, 40)).columns, 110))
    print("\n\n".join("\n".join(card_lines(facts, width)) for facts in found))
    return 0


LIST = Command("list the scenarios of the library", _configure_list, _list)
SHOW = Command("explain a scenario or a card on one screen", _configure_show, _show)
