"""Sustainment: wear, repair, replacement and spares against reliability, queueing and inventory theory."""

from scenarios.verification.checks import wear
from scenarios.verification.options import Topic

TOPIC = Topic(
    "sustainment",
    "wear, repair, replacement policies and spares",
    {"renewal": wear.Renewal, "rates": wear.Rates, "passage": wear.Passage},
    (
        wear.Renewal(),
        wear.Renewal(0.7, 100.0, 0.0, hours=400.0),
        wear.Rates(),
        wear.Passage(),
        wear.Passage(0.5, 2.0, 20.0, 30.0),
    ),
)
