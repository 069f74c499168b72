"""The medical phase of a tick: injuries at once, the course of casualties and their care at their own interval."""

import numpy as np

from simcore.compiling.jit import apart
from simcore.events import Log
from simcore.kernels.medical.boarding import count_all_aboard
from simcore.kernels.medical.charge import take_charge
from simcore.kernels.medical.course import aid_casualties, worsen
from simcore.kernels.medical.crews import refresh_crews
from simcore.kernels.medical.facilities import count_patients, treat
from simcore.kernels.medical.injuries import look_for_injuries
from simcore.kernels.medical.patients import list_casualties
from simcore.kernels.medical.reports import report_care
from simcore.kernels.medical.sickness import fall_ill
from simcore.kernels.medical.transports import evacuate
from simcore.kinds import Care, Ground, Moment, People, Rules, Supply, Units
from simcore.medical import MedicalRuleR, MedicalRuleW
from simcore.params import RuleR
from simcore.scratch import Scratch, Ways


@apart
def update_casualties(
    now: Moment,
    units: Units,
    people: People,
    care: Care,
    supply: Supply,
    ground: Ground,
    rules: Rules,
    work: Scratch,
    ways: Ways,
    log: Log,
) -> None:
    """Hurt the people of units that were hit, and update casualties and their care when it is time.

    Care begins at exact times within the interval; deaths come after it, so that care in time prevents them.
    """
    to_s = (now.tick + 1) * rules.real[RuleR.DT_S]
    look_for_injuries(now, to_s, units, people, work, log)
    if (now.tick + 1) % people.rules_whole[MedicalRuleW.PERIOD] != 0:
        return
    from_s = to_s - people.rules_real[MedicalRuleR.DT_S]
    fall_ill(now, from_s, to_s, units, people, work, log)
    casualties = list_casualties(people, work)
    aid_casualties(now, from_s, to_s, casualties, units, people, work, log)
    take_charge(units, people)
    evacuate(now, from_s, to_s, casualties, units, people, care, supply, ground, rules, work, ways, log)
    treat(now, from_s, to_s, casualties, units, people, care, supply, work, log)
    worsen(now, from_s, to_s, casualties, units, people, log)
    count_patients(now, to_s - from_s, casualties, units, people, care, log)
    count_all_aboard(casualties, people, care)
    report_care(now, to_s, units, people, care, work)
    refresh_crews(now, np.int64(0), np.int64(people.unit_whole.shape[1]), units, people, work, log)
