"""``chammo maintenance``: questions of maintenance, answered from logs and from run folders."""

from logistics.commands.fit import FIT
from logistics.commands.named_command import command_group
from logistics.commands.policy import POLICY
from logistics.commands.predict import PREDICT
from logistics.commands.spares import SPARES

SUBCOMMANDS = (FIT, PREDICT, POLICY, SPARES)
"""In the order of the help text. Their modules import what they need when they are executed."""

MAINTENANCE = command_group(
    "maintenance",
    "fit lifetimes, predict remaining useful life, choose maintenance policies, crews and spares",
    "chammo maintenance fit log.csv",
    SUBCOMMANDS,
)
