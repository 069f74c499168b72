"""Units aboard hosts."""

from simcore.compiling.jit import kernel
from simcore.kinds import Units
from simcore.state import UnitW
from simcore.types import Status


@kernel
def is_aboard(status: int) -> bool:
    """Return whether a unit of this status (Status) is on its host."""
    return status == Status.ABOARD or status == Status.SERVICING


@kernel
def bearer_of(i: int, units: Units) -> int:
    """Return the unit that carries unit ``i``: its host, the host of its host, and so on; itself when not aboard."""
    host = units.whole[UnitW.HOST]
    status = units.whole[UnitW.STATUS]
    bearer = int(i)
    while is_aboard(status[bearer]):
        bearer = int(host[bearer])
    return bearer
