"""Sustainment: wear, repair, replacement and spares against reliability, queueing and inventory theory."""

from scenarios.verification.checks import replacement, spares, upkeep_balance, wear, workshops
from scenarios.verification.options import Topic

TOPIC = Topic(
    "sustainment",
    "wear, repair, preventive replacement and spares: renewals, queues of jobs, Palm, two echelons",
    {
        "palm": spares.Palm,
        "two-echelon": spares.TwoEchelon,
        "parts": spares.Parts,
        "repairman": workshops.Repairman,
        "erlang": workshops.Erlang,
        "renewal": wear.Renewal,
        "rates": wear.Rates,
        "passage": wear.Passage,
        "age": replacement.Age,
        "control-limit": replacement.ControlLimit,
        "balance": upkeep_balance.Balance,
    },
    (
        spares.Palm(),
        spares.Palm(4.0, 1.0, 4),
        spares.Palm(2.0, 1.0, 3, "exponential"),
        spares.TwoEchelon(),
        spares.TwoEchelon(3, 0.3),
        spares.Parts(),
        workshops.Repairman(),
        workshops.Repairman(12, 3, 8.0, 4.0),
        workshops.Erlang(),
        wear.Renewal(),
        wear.Renewal(0.7, 100.0, 0.0, hours=400.0),
        wear.Rates(),
        wear.Passage(),
        replacement.Age(),
        replacement.Age(2.0),
        replacement.ControlLimit(),
        replacement.ControlLimit(control=14.0),
        upkeep_balance.Balance(),
    ),
)
