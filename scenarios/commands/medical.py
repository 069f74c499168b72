"""``chammo medical``: questions of medical support, answered from planning factors, scenarios and run folders."""

from logistics.commands.medical_plan import PLAN
from logistics.commands.named_command import command_group
from scenarios.commands.medical_curve import CURVE

SUBCOMMANDS = (PLAN, CURVE)
"""In the order of the help text. Their modules import what they need when they are executed."""

MEDICAL = command_group(
    "medical",
    "estimate the medical needs of a force, and the worth of unmanned evacuation",
    "chammo medical plan --population 5000",
    SUBCOMMANDS,
)
