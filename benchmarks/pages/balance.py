"""Measure the balance of the library's scenarios, and write docs/reference/scenarios.md.

``python -m benchmarks.pages.balance`` plays each scenario 200 times with the policies in its file (a few minutes);
a batch already complete in ``--out`` is read, not played again. Run it after a change of the results. After a change of
few scenarios ``--scenario NAME`` (again for each) plays these alone and puts their rows in place of the old ones.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scenarios.format.document import load_document
from scenarios.format.names import renamed
from scenarios.format.resolve import resolve
from scenarios.format.texts import library_names
from scenarios.format.yaml_text import write_yaml

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "scenarios.md"
N_REPLICATIONS = 200
SEED = 7
HEAD = """<!-- Made by benchmarks/pages/balance.py; do not edit by hand. -->
# Scenarios of the library

`chammo list` lists them, `chammo show NAME` describes a scenario, `chammo run NAME` plays it once. All forces and
places are invented, all numbers round.
"""
NOTE = """
## Balance

Share of the replications won by each side under the policies of the scenario file, with Wilson's 95 % interval.
The others are draws: no side leads by the scenario's margin. *Linked* is the share of the active time in which the
side's units had a live link to a command post (mean). A scenario whose winner is known beforehand teaches little:
where each side wins between 20 % and 80 %, it is open under its own policies, though not necessarily under others:
[constant plans](constants.md) are measured apart.
`two-patrols` is a drill between equal sides.
"""

AGAIN = "Played again after a change of their results:"
"""Begin of the note on rows that are of a later engine than the others."""
OTHER_NAMES = """
## Under other names

Names key the random numbers and have no other effect. The table gives the first side's share of wins with the groups
named as in the file, with a suffix, and with digits that sort in another order: three samples of the same share.
*Apart* counts the ordered pairs in which the share of the first lies outside the interval of the second: by chance
alone, one pair in six.

| scenario | as in the file | suffix | digits | apart |
| --- | --- | --- | --- | --- |
"""
NAMINGS = {
    "-suffix": lambda group: f"{group}-x",
    "-digits": lambda group: f"u{hashlib.blake2b(group.encode(), digest_size=4).hexdigest()}",
}
"""Alternative names of groups, by suffix of the batch."""


def names_row(manifests: Sequence[dict[str, Any]]) -> str:
    """Return the row of a scenario: its shares under its own and other names, and the number of pairs apart."""
    shares = [
        next(estimate for estimate in manifest["estimates"] if estimate["name"] == f"{manifest['sides'][0]}_win")
        for manifest in manifests
    ]
    cells = [f"{share['value']:.3f} ({share['low']:.3f}, {share['high']:.3f})" for share in shares]
    apart = sum(not b["low"] <= a["value"] <= b["high"] for a in shares for b in shares)
    return f"| `{manifests[0]['scenario']['name']}` | {' | '.join(cells)} | {apart or 'none'} |\n"


def measure(name: str, folder: Path, naming: str = "") -> dict[str, Any]:
    """Return the manifest of the batch of a scenario, played if necessary, with its groups renamed by ``naming``."""
    out = folder / f"{name}{naming}"
    file = name
    if naming:
        folder.mkdir(parents=True, exist_ok=True)
        groups = [group.name for group in load_document(name).content.groups]
        plain = renamed(resolve(load_document(name)).plain(), {group: NAMINGS[naming](group) for group in groups})
        file = str(folder / f"{name}{naming}.yaml")
        Path(file).write_text(write_yaml(plain), encoding="utf-8")
    command = [sys.executable, "-m", "scenarios.cli", "batch", file, "-n", str(N_REPLICATIONS), "--seed", str(SEED)]
    command += ["--quiet", "--json", "--out", str(out)]
    played = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(played.stdout)["manifest"]


def heading(name: str) -> str:
    """Return the heading of a scenario's section, with the ends of its lines."""
    return f"\n## {load_document(name).content.title}\n"


def section(name: str) -> str:
    """Return the description of a scenario."""
    content = load_document(name).content
    question = wrap(f"`{name}`. {content.question.strip()}")
    return f"{heading(name)}\n{question}\n\n{wrap(content.description.strip())}\n"


def wrap(text: str) -> str:
    """Return a paragraph wrapped to the width of the other pages."""
    return textwrap.fill(text, 118, break_on_hyphens=False, break_long_words=False)


def row(manifest: dict[str, Any]) -> str:
    """Return the row of a scenario: size, policies, shares of wins, links."""
    estimates = {estimate["name"]: estimate for estimate in manifest["estimates"]}
    cells = [f"`{manifest['scenario']['name']}`", str(manifest["n_units"])]
    sides = [side for side in manifest["sides"] if f"{side}_win" in estimates]  # neutrals have no wins
    named = zip(manifest["policies"], manifest["sides"], strict=True)
    cells.append(" / ".join(policy["name"] for policy, side in named if side in sides))
    for side in sides:
        win = estimates[f"{side}_win"]
        cells.append(f"{win['value']:.3f} ({win['low']:.3f}, {win['high']:.3f})")
    cells.append(f"{estimates['draw']['value']:.3f}")
    cells.append(" / ".join(f"{estimates[f'{side}_link_availability']['value']:.2f}" for side in sides))
    cells.append(f"`{manifest['scenario']['hash'][:12]}`")
    return "| " + " | ".join(cells) + " |"


def page(manifests: list[dict[str, Any]], others: list[list[dict[str, Any]]]) -> str:
    """Return the page: ``others`` holds, by scenario, the manifests under other names."""
    names = [manifest["scenario"]["name"] for manifest in manifests]
    versions = manifests[0]["versions"]
    head = "| scenario | units | policies | first side wins | second side wins | draw | linked | hash |"
    rows = [head, "| --- | --- | --- | --- | --- | --- | --- | --- |", *(row(manifest) for manifest in manifests)]
    how = wrap(
        f"Each row is `chammo batch NAME -n {N_REPLICATIONS} --seed {SEED}`, with Chammo {versions['chammo']} and "
        f"the engine `{versions['engine']}`; the hashes identify the scenarios."
    )
    named = "".join(names_row([own, *other]) for own, other in zip(manifests, others, strict=True))
    balance = NOTE + "\n" + "\n".join(rows) + f"\n\n{how}\n"
    return HEAD + "".join(section(name) for name in names) + balance + OTHER_NAMES + named


def with_row(text: str, name: str, *new: str) -> str:
    """Return a page with a row of a scenario in each of its tables, in the order of the names."""
    blocks = text.split("\n\n")
    tables = [k for k, block in enumerate(blocks) if block.startswith("| scenario |")]
    for k, row_of in zip(tables, new, strict=True):
        first, rule, *lines = blocks[k].splitlines()
        rows = {line.split("`")[1]: line for line in lines}
        rows[name] = row_of
        blocks[k] = "\n".join([first, rule, *(rows[key] for key in sorted(rows))])
    return "\n\n".join(blocks).rstrip("\n") + "\n"


def with_section(text: str, name: str) -> str:
    """Return a page with the section of a scenario, before that of the next name if it is new."""
    head, mark, rest = text.partition(heading(name))
    if mark:
        return head + section(name) + rest[rest.index("\n## ") :]
    after = [heading(other) for other in library_names() if other > name]
    place = min(text.index(one) for one in (*after, "\n## Balance\n") if one in text)
    return text[:place] + section(name) + text[place:]


def with_rows(text: str, manifests: list[dict[str, Any]], others: list[list[dict[str, Any]]]) -> str:
    """Return the page with the rows of these scenarios, new or in place of the old, and the engine that they are of."""
    for manifest, other in zip(manifests, others, strict=True):
        name = manifest["scenario"]["name"]
        text = with_row(text, name, row(manifest), names_row([manifest, *other]).rstrip())
        text = with_section(text, name)
    names = [manifest["scenario"]["name"] for manifest in manifests]
    played = {manifests[0]["versions"]["engine"]: names}
    kept: list[str] = []
    for block in text.split("\n\n"):
        if not block.startswith(AGAIN):
            kept.append(block)
            continue
        *earlier, engine = block.split("`")[1::2]  # still those of an earlier engine, unless played now
        played.setdefault(engine, [])
        played[engine] += [name for name in earlier if name not in played[engine] and name not in names]
    place = next(k for k, block in enumerate(kept) if block.startswith("Each row is")) + 1
    kept[place:place] = [
        wrap(f"{AGAIN} {', '.join(f'`{name}`' for name in those)}, with the engine `{engine}`.")
        for engine, those in played.items()
        if those
    ]
    return "\n\n".join(kept)


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description="measure the balance of the library's scenarios")
    parser.add_argument("--out", type=Path, default=Path("runs/balance"), help="folder of the batches")
    parser.add_argument("--scenario", action="append", choices=library_names(), help="its rows alone; may be repeated")
    options = parser.parse_args()
    names = options.scenario or library_names()
    manifests = [measure(name, options.out) for name in names]
    others = [[measure(name, options.out, naming) for naming in NAMINGS] for name in names]
    if options.scenario:
        text = with_rows(PAGE.read_text(encoding="utf-8"), manifests, others)
    else:
        text = page(manifests, others)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
