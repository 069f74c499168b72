#!/usr/bin/env bash
# elote 1.5.1: in whole-history ratings, 90 wins of 100 give a chance of 63 % in the next one.
#
# Behaviour: WholeHistoryRatingCompetitor ties the first rating of a player to the initial 1500 with the variance of a
# single day (w2), a standard deviation of 17 points. Players that meet on one day, or on a few, keep almost equal
# ratings, whatever the results. A larger w2 loosens the tie, but lets the ratings drift from day to day by as much.
# Expected: a weak prior on the first rating, independent of w2. Implementations of the method (Coulom 2008) commonly
# give each player one virtual win and one virtual loss against a fixed opponent, as below; ten wins of ten then say a
# lot. The docstring has w2 only as the variance per day of the process that links playing days.
# Why it matters: a batch of games that compares doctrines or plans is such a day. The ranking is right, but every
# forecast is far too close to one half. BradleyTerryCompetitor of the same package follows the results.
#
# Seen: chance of the better player in the next match, all matches on one day
#   10 of 10: 0.52; with the weak prior 0.94; BradleyTerryCompetitor 0.99
#   8 of 10: 0.51; with the weak prior 0.77; BradleyTerryCompetitor 0.80
#   90 of 100: 0.63; with the weak prior 0.90; BradleyTerryCompetitor 0.90
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet elote==1.5.1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import datetime

from elote import BradleyTerryCompetitor, WholeHistoryRatingCompetitor
from scipy.optimize import brentq
from scipy.special import expit

DAY = datetime(2026, 3, 1)


def forecast(kind, wins, losses):
    better, other = kind(), kind()
    for match in range(wins + losses):
        winner, loser = (better, other) if match < wins else (other, better)
        if kind is BradleyTerryCompetitor:
            winner.beat(loser)  # It knows no time
        else:
            winner.beat(loser, match_time=DAY)
    return better.expected_score(other)


def weak_prior(wins, losses):
    """Ratings r and -r, each with a virtual win and loss against 0: root of the derivative of the log posterior."""

    def slope(r):
        return 2 * (wins * expit(-2 * r) - losses * expit(2 * r)) + 2 * (expit(-r) - expit(r))

    return expit(2 * brentq(slope, -20.0, 20.0))


seen = {}
for wins, losses in ((10, 0), (8, 2), (90, 10)):
    whole = forecast(WholeHistoryRatingCompetitor, wins, losses)
    other = forecast(BradleyTerryCompetitor, wins, losses)
    right = weak_prior(wins, losses)
    print(
        f"  {wins} of {wins + losses}: {whole:.2f}; with the weak prior {right:.2f}; "
        f"BradleyTerryCompetitor {other:.2f}"
    )
    seen[wins] = whole, right
if not (seen[90][0] < 0.7 and seen[90][1] > 0.85 and seen[10][0] < 0.6 < seen[10][1]):
    sys.exit("the behaviour has changed")
PY
