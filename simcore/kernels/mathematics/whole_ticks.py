"""Times as whole ticks, for compiled code."""

from simcore.compiling.jit import inlined
from simcore.ticks import whole_ticks

count_ticks = inlined(whole_ticks)
