"""The page of ``chammo show``: a fight on a single screen. Items that do not fit are counted, never silently cut."""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from scenarios.format.names import ranges
from scenarios.show.terminal_map import TIE

_DOMAINS = ("land", "surface", "subsurface", "air")
_COLUMN = 16
_GAP = 3
_LEAST_BESIDE = 38


class Size(NamedTuple):
    """The amount of detail on a page."""

    map_columns: int
    map_rows: int
    entry_lines: int = 3  # for the units of a domain and for the first tasks of a side
    has_description: bool = True
    is_dense: bool = False  # no empty lines between blocks

    def smaller(self, share: float, entry_lines: int, has_description: bool, is_dense: bool) -> "Size":
        """Return a size with the width and height of the map scaled by ``share``."""
        columns, rows = round(share * self.map_columns), max(6, round(share * self.map_rows))
        return Size(columns, rows, entry_lines, has_description, is_dense)


_SMALLER = (
    (1.0, 2, True, False),
    (0.9, 2, True, False),
    (0.8, 1, True, False),
    (0.8, 1, False, False),
    (0.7, 1, False, True),
    (0.6, 1, False, True),
    (0.5, 1, False, True),
)
_LEFT_OUT = "The description does not fit; --full shows it."


def fit_page(
    facts: dict[str, Any],
    draw: Callable[[int, int], Sequence[str]],
    largest: Size,
    key: str,
    width: int,
    height: int | None,
) -> list[str]:
    """Return the page in the largest size that fits ``height`` lines; None means no limit.

    ``draw`` returns a map of the given columns and rows. The smallest page is returned even if it does not fit.
    """
    lines = page(facts, draw(largest.map_columns, largest.map_rows), largest, key, width)
    for reduction in _SMALLER:
        if height is None or len(lines) <= height:
            break
        size = largest.smaller(*reduction)
        lines = page(facts, draw(size.map_columns, size.map_rows), size, key, width)
    return lines


def page(facts: dict[str, Any], map_lines: Sequence[str], size: Size, key: str, width: int) -> list[str]:
    """Return the lines of the page.

    ``map_lines`` show ``size.map_columns`` characters each (plus any colour codes), or are empty; ``key`` explains the
    symbols on the map. The objectives stand beside the map as far as ``width`` and its height have room for them, the
    others below.
    """
    lines = _wrap(f"{facts['name']}: {facts['title']}", width)
    gap = [] if size.is_dense else [""]
    if facts["question"]:
        lines += [*gap, *_wrap(" ".join(facts["question"].split()), width)]
    if facts["description"]:
        text = " ".join(facts["description"].split()) if size.has_description else _LEFT_OUT
        lines += [*gap, *_wrap(text, width)]
    east, north = facts["size_km"]
    roads = f" with {facts['roads_km']:g} km of roads" if facts["roads_km"] else ""
    about = f"{facts['duration_h']:g} h in steps of {facts['dt_s']:g} s on {east:g} x {north:g} km of "
    features = f" with {', '.join(facts['features'])}" if facts["features"] else ""
    about += (
        f"{facts['terrain']} terrain{features}{' and' * bool(features and roads)}{roads}; hash {facts['hash'][:12]}"
    )
    lines += [*gap, *_wrap(" ".join([f"{about}.", *facts["conditions"]]), width), *gap]
    map_width = size.map_columns
    beside = width - map_width - _GAP
    decides = _decides(facts)
    if not map_lines:
        lines += _paragraphs(decides, width)
    elif beside >= _LEAST_BESIDE:
        left = [*map_lines, *(line.ljust(map_width) for line in _wrap(key, map_width))]
        right: list[str] = []
        while decides and len(right) + len(more := _paragraphs(decides[:1], beside)) <= len(left):
            right, decides = right + more, decides[1:]
        right += [""] * (len(left) - len(right))
        lines += [(start + " " * _GAP + text).rstrip() for start, text in zip(left, right, strict=True)]
        lines += _paragraphs(decides, width)
    else:
        lines += [*map_lines, *_wrap(key, width), "", *_paragraphs(decides, width)]
    for side in facts["sides"]:
        lines += [*gap, *_side(facts, side, width, size.entry_lines)]
    return lines


def _decides(facts: dict[str, Any]) -> list[str]:
    """Return the objectives by side and weight under their head, then the rules of the end."""
    texts = ["What decides"]
    for side in facts["sides"]:
        name = side["name"]
        if side["stance"] == "neutral":
            continue
        own = [item for item in facts["objectives"] if item["side"] == name]
        texts += [] if own else [f"{name}: no objective"]
        for item in sorted(own, key=lambda item: -item["weight"]):
            mark = "! " if item["decisive"] else ""
            texts.append(f"{name} {item['share']:.0%}: {mark}{item['text']}")
    return [*texts, " ".join(facts["decides"])]


def _paragraphs(texts: Sequence[str], width: int) -> list[str]:
    return [line for text in texts for line in _wrap(text, width, subsequent_indent="  ")]


def _side(facts: dict[str, Any], side: dict[str, Any], width: int, most: int) -> list[str]:
    name = side["name"]
    title = f" ({side['title']})" if side["title"] != name else ""
    head = (
        f"{name}{title}: {_count(side['units'], 'unit')} in {_count(side['groups'], 'group')}, "
        f"{side['cost_musd']:,.1f} million USD, "
    )
    head += "neutral" if side["stance"] == "neutral" else f"commanded by the policy {side['policy']}"
    lines = _wrap(head, width, subsequent_indent="  ")
    for domain in _DOMAINS:
        rows = [
            (row["counts"][name], row["title"])
            for row in facts["forces"]
            if row["domain"] == domain and row["counts"][name]
        ]
        if rows:
            rows.sort(key=lambda row: (-row[0], row[1]))
            total = sum(count for count, _ in rows)
            kinds = [f"{count}{TIE}{title}" for count, title in rows]
            lines += _entry(f"{domain} {total}", kinds, ", ", "kinds", width, most)
    tasks = facts["tasks"][name]
    verbs = sorted(tasks, key=lambda verb: (verb in ("hold", "reserve"), -len(tasks[verb]), verb))
    parts = [f"{verb} {_listed(tasks[verb], f'{name}-', verb == 'hold' and len(tasks) > 1)}" for verb in verbs]
    lines += _entry("first tasks", parts, "; ", "tasks", width, most)
    known = side["intelligence"]
    if known is not None:
        lines += _entry("expects", known["expects"], ", ", "forces", width, 1)
    return lines


def _listed(names: list[str], prefix: str, is_brief: bool) -> str:
    """Return names as ranges without a common prefix; or just their number, if there are many or ``is_brief``."""
    if all(name.startswith(prefix) and len(name) > len(prefix) for name in names):
        names = [name.removeprefix(prefix) for name in names]
    parts = ranges(names)
    return f"({_count(len(names), 'group')})" if is_brief or len(parts) > 8 else ", ".join(parts)


def _entry(label: str, items: list[str], mark: str, noun: str, width: int, most: int) -> list[str]:
    """Return a label with its list on up to ``most`` lines; items that do not fit are counted."""
    for n in range(len(items), 0, -1):
        left = len(items) - n
        text = mark.join(items[:n]) + (f"{mark}and {left} more {noun if left > 1 else noun[:-1]}" if left else "")
        lines = _wrap(
            text,
            width,
            initial_indent=f"  {label}".ljust(_COLUMN) + " ",
            subsequent_indent=" " * (_COLUMN + 1),
        )
        if len(lines) <= most or n == 1:
            return lines
    return []


def _wrap(text: str, width: int, **indents: Any) -> list[str]:
    """Wrap text at blanks; a number or symbol and its word, joined by ``TIE``, stay together."""
    return [line.replace(TIE, " ") for line in textwrap.wrap(text, width, break_on_hyphens=False, **indents)]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
