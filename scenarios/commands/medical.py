"""``chammo medical``: questions of medical support, answered from planning factors, scenarios and run folders."""

from logistics.commands.medical_plan import PLAN
from logistics.commands.medical_review import REVIEW
from logistics.commands.named_command import command_group
from scenarios.commands.medical_curve import CURVE

SUBCOMMANDS = (PLAN, CURVE, REVIEW)
"""In the order of the help text. Their modules import what they need when they are executed."""

MEDICAL = command_group(
    "medical",
    "plan medical support, play the trade curve of unmanned evacuation, review the casualties of a run",
    "chammo medical plan --population 5000",
    SUBCOMMANDS,
)
