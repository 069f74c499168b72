"""The table of components of a run folder."""

import numpy as np

from simcore.params import Params
from simcore.roster import Roster
from simcore.state import State
from simcore.upkeep import ComponentR, ComponentSpecR, ComponentSpecW, ComponentW, Condition, Part


def component_table(params: Params, roster: Roster, state: State, row: int) -> dict[str, np.ndarray]:
    """Return the columns of ``components.parquet``: the components of a replication at its end."""
    spec, real, whole = params.components, state.components.real[row], state.components.whole[row]
    items = np.array([*roster.items, ""], dtype=object)
    limit = spec.real[ComponentSpecR.LIMIT]
    return {
        "component": np.arange(len(roster.components)),
        "unit": spec.whole[ComponentSpecW.UNIT],
        "name": np.array(roster.components, dtype=object),
        "part": np.array([Part(code).name.lower() for code in spec.whole[ComponentSpecW.PART]], dtype=object),
        "failures": whole[ComponentW.FAILURES],
        "repairs": whole[ComponentW.REPAIRS],
        "services": whole[ComponentW.SERVICES],
        "operated_h": real[ComponentR.TOTAL_H],
        "hours": real[ComponentR.METER_H],
        "effective_h": real[ComponentR.AGE_H],
        "wear": np.where(np.isinf(limit), 0.0, real[ComponentR.WEAR] / limit),
        "condition": np.array([Condition(code).name.lower() for code in whole[ComponentW.CONDITION]], dtype=object),
        "spare": items[spec.whole[ComponentSpecW.SPARE]],  # -1: none, the empty name at the end
    }
