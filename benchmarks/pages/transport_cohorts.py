"""Published cohorts of combat casualties, none of them fitted to, as rows beside the model."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.pages.transport_camps import DEAD_BY_MIN, Played
from logistics.medical.statistics import CasualtyCounts, Rate
from scenarios.measures.range_intervals import ratio_interval

Variant = tuple[float, bool]
"""Median transport time [min], and whether blood is forward."""

BEFORE = CasualtyCounts(386, 3043, 83, 1018)
AFTER = CasualtyCounts(964, 16_696, 380, 7905)
"""Kotwal et al. (2016): the killed, the seriously hurt, all deaths and all casualties are published."""
CRITICAL = {"Afghanistan": (2.2, 39.9), "Iraq": (8.9, 32.9)}
"""Howard et al. (2019): survival of the critical (ISS 25 to 75), those killed at once included, early and late [%]."""
DEAD_BY = tuple(Rate(n, 303) for n in (173, 205, 277, 300))
"""Webster et al. (2021): the killed in action who were dead by each time of DEAD_BY_MIN."""


@dataclass(frozen=True)
class Cohort:
    """A published share, and the share and variant of the model that comes nearest to its conditions."""

    of: str
    source: str
    published: Rate | float
    share: str
    variant: Variant
    is_input: bool = False  # whether a default value of the model comes from it


_HOUR, _BEFORE, _AFTER = (60.0, False), (90.0, False), (43.0, True)
COHORTS = (
    Cohort("%KIA", "Iraq and Afghanistan 2001 to 2005 (Holcomb 2006)", 0.138, "kia", _HOUR),
    Cohort("%KIA", "United Kingdom, Iraq (Ministry of Defence 2008)", 0.137, "kia", _HOUR),
    Cohort("%KIA", "United Kingdom, Afghanistan (Ministry of Defence 2008)", 0.151, "kia", _HOUR),
    Cohort("%KIA", "Vietnam (Holcomb 2006)", 0.2, "kia", _HOUR),
    Cohort("%KIA", "Rangers 2001 to 2010, all trained in first aid (Kotwal 2011)", 0.107, "kia", _HOUR),
    Cohort("%KIA", "United States, ground forces, the same years (Kotwal 2011)", 0.164, "kia", _HOUR),
    Cohort("%DOW", "Rangers 2001 to 2010 (Kotwal 2011)", 0.017, "dow", _HOUR),
    Cohort("%DOW", "United States, ground forces, the same years (Kotwal 2011)", 0.058, "dow", _HOUR),
    Cohort("%DOW", "Iraq and Afghanistan 2001 to 2005 (Holcomb 2006)", 0.048, "dow", _HOUR),
    Cohort("%DOW", "Iraq and Afghanistan 2001 to 2009 (Eastridge 2011)", Rate(558, 12_237), "dow", _HOUR),
    Cohort("%DOW", "Vietnam (Holcomb 2006)", 0.032, "dow", _HOUR),
    Cohort("CFR", "Iraq 2003 to 2009 (Chesser 2009)", Rate(3478, 35_050), "cfr", _HOUR, is_input=True),
    Cohort("CFR", "Iraq and Afghanistan 2001 to 2005 (Holcomb 2006)", 0.094, "cfr", _HOUR),
    Cohort("CFR", "Vietnam (Holcomb 2006)", 0.158, "cfr", _HOUR),
    Cohort("CFR", "United Kingdom, Afghanistan 2004 to 2014 (Webster 2021)", Rate(448, 2413), "cfr", _HOUR),
    Cohort("CFR", "Afghanistan, early (Howard 2019)", 0.2, "cfr", _BEFORE),
    Cohort("CFR", "Afghanistan, late (Howard 2019)", 0.086, "cfr", _AFTER),
    Cohort("CFR", "Rangers 2001 to 2021 (Moore 2023)", Rate(62, 813), "cfr", _HOUR),
    Cohort("CFR", "Israel, Gaza 2023, 66 min on the mean, blood forward (Israel Defense Forces)", 0.067, "cfr",
           (60.0, True)),
    Cohort("CFR", "Israel, Gaza 2014 (Israel Defense Forces)", 0.092, "cfr", _HOUR),
    Cohort("CFR", "Israel, Lebanon 2006 (Israel Defense Forces)", 0.15, "cfr", _BEFORE),
    Cohort("CFR", "Croatia 1991, a brigade in attack (Soldo 1998)", Rate(15, 92), "cfr", _BEFORE),
    Cohort("of the dead, at once", "2001 to 2011 (Eastridge 2012)", Rate(1619, 4596), "at_once", _HOUR),
    Cohort("of the dead, at once", "United Kingdom: 57.1 % of 87.1 % (Webster 2021)", 0.497, "at_once", _HOUR,
           is_input=True),
    Cohort("of the dead, at once", "Croatia 1991 and 1992, civilians too (JAMA 1993)", Rate(3410, 4339), "at_once",
           _BEFORE),
    Cohort("of the dead, before a facility", "2001 to 2011 (Eastridge 2012)", Rate(4016, 4596), "before", _HOUR,
           is_input=True),
    Cohort("of the dead, before a facility", "United Kingdom 2004 to 2014 (Webster 2021)", Rate(390, 448), "before",
           _HOUR),
    Cohort("of the dead before a facility, could have been saved", "2001 to 2011 (Eastridge 2012)", Rate(976, 4016),
           "before_saveable", _HOUR),
    Cohort("of the dead of wounds, could have been saved", "2001 to 2009 (Eastridge 2011)", Rate(287, 558),
           "wounds_saveable", _HOUR, is_input=True),
    Cohort("of those dead before a facility who could have been saved, bled to death", "2001 to 2011 (Eastridge 2012)",
           Rate(888, 976), "before_bled", _HOUR),
    Cohort("of these, from the torso", "2001 to 2011 (Eastridge 2012)", 0.673, "bled_torso", _HOUR),
    Cohort("of these, from a junction", "2001 to 2011 (Eastridge 2012)", 0.192, "bled_junctional", _HOUR),
    Cohort("of these, from a limb", "2001 to 2011 (Eastridge 2012)", 0.135, "bled_limb", _HOUR),
    Cohort("of those dead of wounds who could have been saved, bled to death", "2001 to 2009 (Eastridge 2011)",
           Rate(230, 287), "care_bled", _HOUR),
    Cohort("of those dead of wounds, within an hour of arrival", "a hospital in Iraq (Martin 2009)",
           0.78, "care_died_1h", _HOUR),
    Cohort("of those who reached a facility, with a tourniquet", "2001 to 2010 (Kragh 2015)", Rate(1272, 15_209),
           "bound", _HOUR, is_input=True),
    Cohort("of those who reached a facility with a tourniquet, lived", "a hospital in Iraq (Kragh 2011)", 0.89,
           "bound_alive", _HOUR),
    Cohort("of those who reached a facility, given blood", "Iraq (Beekley 2009)", 0.22, "transfused", _HOUR),
    Cohort("of those carried with severity 16 to 50, died", "helicopters with a medic, 75 min (Morrison 2013)", 0.182,
           "severe_died", _BEFORE),
    Cohort("of those carried with severity 16 to 50, died", "with a physician and blood, 78 min (Morrison 2013)", 0.122,
           "severe_died", (90.0, True)),
    Cohort("of the critical who reached a facility, died", "Israel (Tiruneh 2024)", 0.173, "critical_died", _HOUR,
           is_input=True),
    Cohort("of those carried who lacked blood, dead in 24 h: no blood on the way",
           "Afghanistan 2012 to 2015 (Shackelford 2017)", Rate(85, 447), "lacked_died", (43.0, False)),
    Cohort("of those carried who lacked blood, dead in 24 h: blood on the way",
           "Afghanistan 2012 to 2015 (Shackelford 2017)", Rate(3, 55), "lacked_died", _AFTER),
)  # fmt: skip


def cell(value: float, low: float, high: float, sign: str = "") -> str:
    """Return a share and its interval in per cent, with ``sign`` "+" as a change."""
    return f"{100 * value:{sign}.1f} ({100 * low:{sign}.1f} to {100 * high:{sign}.1f})"


def published_cell(share: Rate | float) -> str:
    """Return a published share in per cent, with its interval (Wilson) where the counts are published."""
    return cell(share.value, *share.interval()) if isinstance(share, Rate) else f"{100 * share:.1f}"


def _model(played: Played, *shares: str) -> str:
    found = [ratio_interval(*played.shares[share], is_share=True) for share in shares]
    return " | ".join(
        cell(played.value(share), interval.low, interval.high) for share, interval in zip(shares, found, strict=True)
    )


def cohort_lines(found: Mapping[Variant, Played]) -> list[str]:
    """Return the tables of other cohorts."""
    times = ("at once", *(f"by {limit:g} min" for limit in DEAD_BY_MIN[1:]))
    by_time = [f"dead_by_{limit:g}" for limit in DEAD_BY_MIN]
    before, after = found[_BEFORE], found[_AFTER]
    rows = [
        f"| {one.of} | {one.source}{' *' if one.is_input else ''} | {published_cell(one.published)} "
        f"| {one.variant[0]:g} min{' and blood' if one.variant[1] else ''} | {_model(found[one.variant], one.share)} |"
        for one in COHORTS
    ]
    return [
        "## Other cohorts", "",
        "Each beside the variant of the model that is nearest to its conditions. Defaults of the model come from those "
        "with",
        "a star. Published numbers have an interval (Wilson) where their counts are published.", "",
        "| of whom | cohort | published [%] | model | model [%] |", "| --- | --- | ---: | --- | ---: |", *rows, "",
        "Survival of the critical (severity 25 to 75, the killed at once among them). Howard et al. (2019), all "
        "casualties of",
        "the United States; their severity is the ISS, which is never above the NISS.", "",
        "| | early, or 90 min [%] | late, or 43 min and blood [%] |", "| --- | ---: | ---: |",
        *(f"| {name} | {early:g} | {late:g} |" for name, (early, late) in CRITICAL.items()),
        f"| model | {_model(before, 'critical_alive')} | {_model(after, 'critical_alive')} |", "",
        "Times to death of the killed in action. Webster et al. (2021), 303 of the United Kingdom in Afghanistan; the "
        "default",
        "share at once comes from the first column, the others are a check.", "",
        f"| | {' | '.join(times)} |", "| --- |" + " ---: |" * len(times),
        f"| cohort | {' | '.join(published_cell(rate) for rate in DEAD_BY)} |",
        *(f"| {found[v].name} | {_model(found[v], *by_time)} |" for v in (_BEFORE, _HOUR, _AFTER)),
    ]  # fmt: skip
