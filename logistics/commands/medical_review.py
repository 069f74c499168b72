"""``chammo medical review``: where the time went for each who died in a run."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from logistics.commands.named_command import NamedCommand
from logistics.commands.output import show

_EXAMPLES = """examples:
  chammo medical review runs/my-run
  chammo medical review runs/my-run --side blue --all --svg deaths.svg

From the events of a run: rates with their denominators, time lines 10-1-2, the time that the dead and the others spent
in each phase (without aid, waiting, on the way, in queues, in treatment, held), and the flow through each facility.
Casualties are anonymous: a unit and a number.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo medical review``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("folder", type=Path, metavar="RUN", help="run folder of a scenario with the section medical")
    parser.add_argument("--side", metavar="SIDE", help="side (default: that with the most casualties)")
    parser.add_argument("--all", action="store_true", help="list all who died")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the time of each who died into FILE too")


def execute(arguments: Namespace) -> int:
    """Run ``chammo medical review``."""
    from logistics.medical.review import review
    from logistics.medical.review_report import draw_review, review_json, review_lines
    from logistics.medical.timeline import read_casualties

    found = review(read_casualties(arguments.folder), arguments.side)
    return show(
        arguments,
        draw=lambda: draw_review(found, every=arguments.all),
        data=lambda: review_json(found),
        lines=lambda: review_lines(found, every=arguments.all),
    )


REVIEW = NamedCommand(
    name="review",
    summary="review the casualties of a run: where the time went for each who died",
    configure=configure,
    execute=execute,
)
