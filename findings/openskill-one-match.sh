#!/usr/bin/env bash
# openskill 6.2.0: one match of eight players makes ThurstoneMostellerFull all but certain of every rating.
#
# Behaviour: with default parameters the uncertainty (sigma) of a new player falls from 8.33 to 1.47 in a first match of
# seven and to 0.083, the smallest possible, in a first match of eight, whatever the ranks, even if all tie. The ratings
# spread from 54.6 to -4.6, and ten matches with the opposite result do not change their order.
# Expected: a match leaves the uncertainty in the same order of size; trueskill and PlackettLuce, another model of this
# package, keep 4.9 to 5.7 and 8.2 to 8.3 after the same match.
# Why it matters: leagues of agents and players that meet in larger groups. The ranking of the first match lasts,
# and mu - 3 sigma looks like a well-founded rating.
#
# Seen: sigma after a first match of n players
#   n = 2: 7.631, 3: 6.857, 4: 5.984, 5: 4.959, 6: 3.658, 7: 1.471, 8: 0.083
#   after 8 players, 1 match and 10 opposite matches: still 51.6 to -1.6 in the order of the first
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openskill==6.2.0 trueskill==0.4.5
"$folder/venv/bin/python" - <<'PY'
import sys

import trueskill
from openskill.models import PlackettLuce, ThurstoneMostellerFull


def first_match(model, n, ranks=None):
    return [team[0] for team in model.rate([[model.rating()] for _ in range(n)], ranks=ranks or list(range(n)))]


model = ThurstoneMostellerFull()
sigmas = {n: round(first_match(model, n)[0].sigma, 3) for n in range(2, 9)}
tied = round(first_match(model, 8, ranks=[1] * 8)[0].sigma, 3)
print("ThurstoneMostellerFull, sigma by number of players:", sigmas, "eight that tie:", tied)

players = first_match(model, 8)
for _ in range(10):
    players = [team[0] for team in model.rate([[p] for p in players], ranks=list(range(8))[::-1])]
ratings = [round(p.mu, 1) for p in players]
print("after ten opposite matches:", ratings)

other = [p.sigma for p in first_match(PlackettLuce(), 8)]
peer = [team[0].sigma for team in trueskill.TrueSkill().rate([(trueskill.Rating(),)] * 8, ranks=range(8))]
print(f"PlackettLuce {min(other):.1f} to {max(other):.1f}, trueskill {min(peer):.1f} to {max(peer):.1f}")
collapsed = sigmas[7] == 1.471 and sigmas[8] == tied == 0.083
if not (collapsed and ratings == sorted(ratings, reverse=True) and min(other) > 8 and min(peer) > 4):
    sys.exit("the behaviour has changed")
PY
