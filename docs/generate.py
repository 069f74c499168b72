"""Write the pages of docs/reference that are made from the code.

``python docs/generate.py`` writes them, ``--check`` exits with 1 when one of them is out of date. No
engine code is compiled.
"""

import argparse
import ast
import inspect
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from agents.environments.reference import environments_page
from scenarios.cli import ORDER
from scenarios.command import GROUP, AnyCommand
from scenarios.format import verbs
from scenarios.measures.compute import describe_measures
from scenarios.reference.catalogue import catalogue_page
from scenarios.reference.parameters import parameters_page
from scenarios.reference.scenario_format import reference_page
from simcore import types
from simcore.event_kinds import EVENT_KINDS
from simcore.orders import Orders
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.policy import Briefing
from simcore.recording.boards import LINKS
from simcore.recording.run_schema import MEDICAL_TABLES, READINESS, SUSTAINMENT_TABLES, TABLES
from staff_ai.advice.record import COLUMNS
from viz.paper.glossary import glossary_page

REFERENCE = Path(__file__).parent / "reference"
HEADER = "<!-- Made from the code by docs/generate.py; do not edit by hand. -->\n"
TABLE_NOTES = {
    "units.parquet": "One row per unit: what does not change.",
    "trace.parquet": "The truth, and what each unit last reported: every unit in every frame, in that order.",
    "contacts.parquet": "The contacts that each side holds, by frame.",
    "events.parquet": "Everything that happened, in order of time. [Events](events.md) explains the kinds.",
    "orders.parquet": "Every order that a policy gave.",
    "series.parquet": "Sums per frame and side, for charts.",
    "objectives.parquet": "The progress towards every objective in every frame: the truth.",
    "reach.parquet": "How far the sensors, weapons and jammers of the units reach at best.",
    "mounts.parquet": "The weapon of each mount of a unit, by the number that shots give.",
    "mines.parquet": "Every mine, where it lies and what becomes of it: the truth. Empty where there are none.",
    "components.parquet": "One row per component, as it is at the end of the run. Only where units wear out.",
    "logistics.parquet": "Every order of a policy of maintenance or supply. Only where units wear out.",
    "stores.parquet": "One row per store or cargo: what does not change. Only where there are stores.",
    "stocks.parquet": "Every store and cargo in every frame. Only where there are stores.",
    "casualties.parquet": "Every change of stage of a casualty. Only where the scenario has the section `medical`.",
    "people.parquet": "One row per person who was hurt or ill, as he is at the end of the run. People have numbers, no "
    "names. Only where the scenario has the section `medical`.",
    "care.parquet": "The capacities of facilities and transports of casualties. Only where the scenario has the "
    "section `medical`.",
}
CODES = (
    types.Domain,
    types.TargetClass,
    types.Status,
    types.Damage,
    types.Task,
    types.Roe,
    types.Returning,
    types.Level,
    types.EndReason,
)


def parsers() -> Iterator[tuple[str, AnyCommand, argparse.ArgumentParser]]:
    """Yield name, command and parser of every command of this distribution, in the order of the help text."""
    own = {entry.name: entry for entry in entry_points(group=GROUP) if entry.dist and entry.dist.name == "chammo"}
    for name in sorted(own, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)):
        command = own[name].load()
        parser = argparse.ArgumentParser(
            prog=f"chammo {name}",
            description=command.summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.configure(parser)
        yield name, command, parser


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the subcommands of a parser by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def arguments(parser: argparse.ArgumentParser) -> str:
    """Return the arguments of a parser as a table (its help text is worded differently by each Python)."""
    rows: list[tuple[str, ...]] = []
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            continue
        value = action.metavar if isinstance(action.metavar, str) else ""
        if not value and action.choices:
            value = "{" + ",".join(str(choice) for choice in action.choices) + "}"
        if not value and action.nargs != 0:
            value = action.dest.upper()
        if not action.option_strings:
            rows.append((f"`{value or action.dest}`", action.help or ""))
        elif action.nargs == 0:
            rows.append((", ".join(f"`{option}`" for option in action.option_strings), action.help or ""))
        else:
            rows.append((", ".join(f"`{option} {value}`" for option in action.option_strings), action.help or ""))
    return table(("argument", "meaning"), rows) if rows else ""


def section(title: str, parser: argparse.ArgumentParser) -> str:
    """Return the section of one command: what it does, its arguments, its examples."""
    summary = (parser.description or "").strip()
    text = f"{title}\n\n{summary[:1].upper()}{summary[1:].rstrip('.')}.\n\n{arguments(parser)}"
    if parser.epilog:
        text += f"\n```text\n{parser.epilog.strip()}\n```\n"
    return text.rstrip() + "\n"


def commands_page() -> str:
    """Return the page of the commands: the help text of each."""
    parts = [
        HEADER,
        "# Commands\n",
        "Exit codes of every command: 0 it worked, 1 the work failed, 2 the input is wrong, 130 interrupted.\n"
        "An error says where, what and what to do, on the standard error stream. With `CHAMMO_DEBUG=1` in the\n"
        "environment a failure shows its Python traceback.\n",
    ]
    found = list(parsers())
    parts.append(
        "\n".join(f"- [`chammo {name}`](#chammo-{name}): {command.summary}" for name, command, _ in found) + "\n"
    )
    for name, _, parser in found:
        parts.append(section(f"## chammo {name}", parser))
        for topic, sub in subparsers(parser).items():
            parts.append(section(f"### chammo {name} {topic}", sub))
    return "\n".join(parts)


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def measures_page() -> str:
    """Return the page of the measures."""
    rows = [
        (f"`{row['name']}`", row["unit"] if row["unit"] != "1" else "", row["kind"], row["description"])
        for row in describe_measures()
    ]
    return "\n".join(
        (
            HEADER,
            "# Measures\n",
            "`measures.json` of a run folder holds these for the one run; `replications.parquet` of a batch has a\n"
            "column for each and a row per replication. A name with `{side}`, `{platform}` or `{objective}` exists\n"
            "once for each of them: `{side}_losses` becomes `blue_losses` and `red_losses`. Objectives are numbered\n"
            "in the order in which `chammo show` lists them, from `objective_1`.\n",
            "In a batch, `estimates` of `manifest.json` give each with its 95 % interval; there `side` and `measure`\n"
            "are fields of their own.\n",
            "A *proportion* is 0 or 1 in a replication. A *mean* is over the replications in which the measure is\n"
            "defined; in the others it is null, in files and in JSON. A *ratio* is the ratio of two means; in one\n"
            "replication it is not defined when the denominator is 0.\n",
            "Intervals stay within the range of the measure: proportions and shares between 0 and 1, counts and\n"
            "amounts at 0 or more. Proportions have Wilson's interval. The others invert the same kind of test,\n"
            "with the spread of the sample and Student's t, on the assumption that the variance falls towards\n"
            "the end of the range as that of a proportion or of a Poisson count does; far from the ends that is\n"
            "Student's interval. Ratios get their standard error by linearisation. Where all values of a share\n"
            "or a count are the end of its range, the interval says how rare others must be. From 20\n"
            "replications on they cover with 93 % or more; of very skewed amounts (log-normal with a spread of\n"
            "1) with 90 %.\n",
            table(("measure", "unit", "kind", "what it is"), rows),
        )
    )


def comments_of(kind: type) -> dict[str, str]:
    """Return the comment at the end of the line of each member of an enum."""
    source = inspect.getsource(kind)
    lines = source.splitlines()
    found: dict[str, str] = {}
    for node in ast.parse(source).body[0].body:  # type: ignore[attr-defined]
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = lines[node.lineno - 1].partition("#")[2].strip()
    return found


def events_page() -> str:
    """Return the page of the events and of the codes that tables use."""
    comments = comments_of(types.EventKind)
    rows = [
        (str(int(kind)), f"`{kind.name.lower()}`", spec.family, comments.get(kind.name, ""), spec.known_by.value)
        for kind, spec in EVENT_KINDS.items()
    ]
    parts = [
        HEADER,
        "# Events and codes\n",
        "`events.parquet` has a row per event, with `kind` in lower case. `side` is the side concerned, `unit` and\n"
        "`other` are unit indices (-1 for none), `a` and `b` mean what the table says. The time of an event is the\n"
        "start of its tick. New kinds are appended; numbers never change their meaning. `known by` is the rule of the\n"
        "fog: who comes to know of an event, while the unit has a link; the truth holds them all.\n",
        table(("code", "kind", "family", "meaning", "known by"), rows),
        "## Codes in tables\n",
    ]
    for codes in CODES:
        comments = comments_of(codes)
        summary = (inspect.getdoc(codes) or "").splitlines()[0]
        members = [(str(int(code)), f"`{code.name.lower()}`", comments.get(code.name, "")) for code in codes]
        parts.append(f"### {codes.__name__}\n\n{summary}\n\n{table(('code', 'name', 'meaning'), members)}")
    return "\n".join(parts)


def tasks_page() -> str:
    """Return the page of verbs, rules of engagement, autonomy and kinds of objectives."""
    rows = [
        (f"`{name}`", verb.meaning, ", ".join(f"`{key}`" for key in verb.keys) or "none")
        for name, verb in verbs.VERBS.items()
    ]
    sizes = [
        (f"`{name}`", verb.radius or "not read", verb.spacing or "not read")
        for name, verb in verbs.VERBS.items()
        if verb.radius
    ]

    def words(texts: dict[str, str]) -> list[tuple[str, ...]]:
        return [(f"`{name}`", text) for name, text in texts.items()]

    return "\n".join(
        (
            HEADER,
            "# Tasks, rules of engagement, objectives\n",
            "A group has one task at a time: that of the [scenario file](scenario-format.md#taskorder) at the start,\n"
            "then those of its commander. Keys that a verb does not read change nothing. Every task but `escort` and\n"
            "`recover` also reads `route` and `route_km`, the way to its point.\n",
            table(("verb", "what the units do", "keys read"), rows),
            "`speed` is a share of the maximum speed, and cruise where it is 0. Units that close with a contact,\n"
            "escort or withdraw go at full speed.\n",
            table(("verb", "`radius_km`", "`spacing_m`"), sizes),
            "## Rules of engagement\n",
            table(("`roe`", "meaning"), words(verbs.RULES_OF_ENGAGEMENT)),
            "## Who decides to fire\n",
            table(("`autonomy`", "meaning"), words(verbs.AUTONOMY)),
            "## Objectives\n",
            table(("kind", "progress"), words(verbs.OBJECTIVES)),
        )
    )


def comments_of_fields(kind: type) -> list[tuple[str, ...]]:
    """Return name, type and comment of each field of a class."""
    lines = inspect.getsource(kind).splitlines()
    return [
        (f"`{node.target.id}`", ast.unparse(node.annotation), lines[node.lineno - 1].partition("#")[2].strip())
        for node in ast.parse("\n".join(lines)).body[0].body  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def policies_page() -> str:
    """Return the page of all that a policy reads and writes."""
    parts = [
        HEADER,
        "# What a policy reads and writes\n",
        "[Write a policy](../how-to/write-a-policy.md) explains the protocol. R is the number of replications. In\n"
        "the briefing, `g` are the side's groups, `own` its units, `z` the zones that it knows, `o` its objectives.\n",
    ]
    for kind in (Briefing, Picture):
        summary = (inspect.getdoc(kind) or "").splitlines()[0]
        rows = comments_of_fields(kind)
        parts.append(f"## {kind.__name__}\n\n{summary}\n\n{table(('field', 'type', 'shape, meaning'), rows)}")
    for columns, where in ((OwnR, "own_real"), (OwnW, "own_whole"), (SeenR, "contact_real"), (SeenW, "contact_whole")):
        comments = comments_of(columns)
        summary = (inspect.getdoc(columns) or "").splitlines()[0]
        members = [(str(int(column)), f"`{column.name}`", comments.get(column.name, "")) for column in columns]
        heading = f"### {columns.__name__}: columns of `{where}`"
        parts.append(f"{heading}\n\n{summary}\n\n{table(('column', 'name', 'meaning'), members)}")
    parts.append("## Orders\n")
    for method in (Orders.issue, Orders.control_emissions):
        text = (inspect.getdoc(method) or "").replace("``", "`")
        parts.append(f"### orders.{method.__name__}{signature(method)}\n\n{text}\n")
    return "\n".join(parts)


def signature(method: object) -> str:
    """Return the arguments of a method, without ``self`` and types."""
    found = inspect.signature(method)  # type: ignore[arg-type]
    plain = [one.replace(annotation=one.empty) for one in found.parameters.values() if one.name != "self"]
    return str(inspect.Signature(plain))


def run_folder_page() -> str:
    """Return the page of the run folder."""
    tables = {**TABLES, "trace.parquet": (*TABLES["trace.parquet"], READINESS), **SUSTAINMENT_TABLES, **MEDICAL_TABLES}
    parts = [
        HEADER,
        "# Run folder\n",
        "`chammo run` writes a folder that needs no Chammo to be read: JSON, YAML, NumPy and Parquet. It is written\n"
        "as `NAME.partial` and renamed when it is complete; `manifest.json` is written last. Until then its tables\n"
        "have no footer, which Parquet readers need: `chammo replay` reads them up to their last row group.\n",
        table(
            ("file", "what it holds"),
            [
                (
                    "`manifest.json`",
                    "scenario and its hash, seed, replication, policies (under `outside` a note where a trained "
                    "commander was not trained for the scenario or side), versions, state hash, outcome, digests, "
                    "last digest of each hash chain, whether reports take time",
                ),
                ("`scenario.resolved.yaml`", "the scenario with every default filled in; it can be run as it is"),
                ("`measures.json`", "the [measures](measures.md) and the outcome of this run"),
                ("`briefing.json`", "question and description, what decides, the objectives of the sides"),
                ("`names.json`", "names in other languages by the English ones, where the scenario has any"),
                (
                    "`map.json`",
                    "bounds and origin of the map; zones, minefields, roads, first tasks, weather, operators",
                ),
                (
                    "`terrain.npz`",
                    "rasters `elevation_m`, `surface` and `is_water` (also under bridges), row 0 in the south, with "
                    "`west_m`, `south_m`, `cell_m`, and `earth_m`, the effective radius of the earth (inf: flat)",
                ),
                *((f"[`{name}`](#{name.replace('.', '')})", TABLE_NOTES[name]) for name in tables),
            ],
        ),
        "Every column of a table carries its unit and description in the metadata of its Arrow field. The row groups\n"
        "of `trace.parquet` and `contacts.parquet` hold 60 frames each (6 with `--live`).\n",
        "Positions are metres east and north of the map's origin, in the azimuthal equidistant projection round it.\n",
    ]
    for name, columns in tables.items():
        rows = [
            (f"`{column.name}`", column.type, column.unit if column.unit != "1" else "", column.description)
            for column in columns
        ]
        parts.append(f"## {name}\n\n{TABLE_NOTES[name]}\n\n{table(('column', 'type', 'unit', 'meaning'), rows)}")
    advice = [(f"`{c.name}`", c.type, c.unit if c.unit != "1" else "", c.description) for c in (*COLUMNS, *LINKS)]
    parts.append(
        "## advice.parquet\n\n"
        "In runs with a [staff](../how-to/advise.md): a row for each advice, with the decision on it and the result\n"
        "of the run. The rows form a hash chain whose last digest is in the manifest. A changed row breaks it,\n"
        "and the folder is then refused by its readers.\n\n"
        f"{table(('column', 'type', 'unit', 'meaning'), advice)}"
    )
    parts.append(
        "## Batch folder\n\n"
        "`chammo batch` writes `manifest.json`, `scenario.resolved.yaml` and `replications.parquet`: a row per\n"
        "replication with its number, its state hash and a column for every measure. While it runs, finished parts\n"
        "lie beside them, so that the same command goes on where it stopped. The median, the best and the worst\n"
        "replication by the score of the first side are kept as run folders in `runs/` (`--keep`). `chammo compare`\n"
        "and `chammo sweep` write `conditions.parquet` too: every scenario in full, with its policies.\n"
    )
    return "\n".join(parts)


PAGES = {
    "commands.md": commands_page,
    "parameters.md": lambda: f"{HEADER}\n{parameters_page()}",
    "catalogue.md": lambda: f"{HEADER}\n{catalogue_page()}",
    "measures.md": measures_page,
    "events.md": events_page,
    "run-folder.md": run_folder_page,
    "tasks.md": tasks_page,
    "policies.md": policies_page,
    "environments.md": lambda: f"{HEADER}\n{environments_page(comments_of, table)}",
    "scenario-format.md": reference_page,
    "experiment-format.md": lambda: reference_page("experiment"),
    "question-format.md": lambda: reference_page("question"),
    "glossary.md": lambda: f"{HEADER}\n{glossary_page()}",
}


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description="make the reference pages from the code")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is out of date")
    is_check = parser.parse_args().check
    stale = 0
    for name, page in PAGES.items():
        path = REFERENCE / name
        text = page()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if is_check:
            sys.stderr.write(f"docs/reference/{name}: out of date; run python docs/generate.py\n")
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"docs/reference/{name}: written\n")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
