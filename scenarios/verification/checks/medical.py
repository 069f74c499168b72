"""Casualties and care: survival and bleeding in closed form, triage, rates of wounded, queues and balance."""

from scenarios.verification.checks import care, care_balance, survival, triage
from scenarios.verification.options import Topic

TOPIC = Topic(
    "medical",
    "casualties and care: survival and bleeding in closed form, triage, rates of wounded, queues, balance",
    {
        "trauma": survival.Trauma,
        "bleeding": survival.Blood,
        "tourniquet": survival.Tourniquet,
        "clocks": survival.Clocks,
        "triage": triage.Errors,
        "days": triage.Days,
        "queue": care.Queue,
        "wounds": care.Wounds,
        "balance": care_balance.Balance,
    },
    (
        survival.Trauma(),
        survival.Trauma(cv=0.0),
        survival.Trauma("exponential"),
        survival.Trauma(cv=0.0, by="bleeding"),
        survival.Blood(),
        survival.Blood(1.0, 1.0, 0.5),
        survival.Tourniquet(),
        survival.Clocks(),
        triage.Errors(),
        triage.Days(),
        care.Queue(),
        care.Queue(1, 0.7),
        care.Wounds(),
        care_balance.Balance(),
    ),
)
