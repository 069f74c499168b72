#!/usr/bin/env bash
# pyDOE 1.6.0: small composite designs of 5 and more factors cannot fit their quadratic model; one orthogonal array is not.
#
# Behaviour: small_composite_design takes any fraction of resolution III as its cube. With 5, 6 or 7 factors the matrix
# of the full quadratic model lacks 3, 8 or 14 ranks: interactions are aliased with each other and cannot be separated,
# and least squares returns one of infinitely many solutions without a word. The array listed as L64(2^31) has columns
# with 31 against 33 runs at their levels, and 59 pairs of columns that are not orthogonal; the other arrays are right.
# Expected: Hartley's design exists to fit the quadratic model with few runs (his fraction has resolution III*: no
# four-letter words); an array from a list of orthogonal arrays is balanced and orthogonal.
# Why it matters: both are used to screen doctrine and force mixes with few expensive runs, and no result looks wrong.
#
# Seen:
#   small composite, 3 factors: 18 runs, rank 10 of 10
#   small composite, 4 factors: 24 runs, rank 15 of 15
#   small composite, 5 factors: 26 runs, rank 18 of 21
#   small composite, 6 factors: 28 runs, rank 20 of 28
#   small composite, 7 factors: 30 runs, rank 22 of 36
#   L64(2^31): 2 of 31 columns not balanced, 59 of 465 pairs not orthogonal
#   arrays with faults: 1 of 17
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pydoe==1.6.0
"$folder/venv/bin/python" - <<'PY'
import itertools
import sys

import numpy as np
import pydoe


def quadratic(design):
    """The columns of the full quadratic model."""
    pairs = itertools.combinations(range(design.shape[1]), 2)
    return np.column_stack([np.ones(len(design)), design, design**2, *(design[:, i] * design[:, j] for i, j in pairs)])


ranks = {}
for factors in (3, 4, 5, 6, 7):
    design = pydoe.small_composite_design(factors)
    model = quadratic(design)
    ranks[factors] = (len(design), int(np.linalg.matrix_rank(model)), model.shape[1])
    print(f"  small composite, {factors} factors: {len(design)} runs, rank {ranks[factors][1]} of {ranks[factors][2]}")


def counts(*columns):
    """How often each combination of levels occurs."""
    _, codes = zip(*(np.unique(column, return_inverse=True) for column in columns))
    sizes = [code.max() + 1 for code in codes]
    return np.bincount(np.ravel_multi_index(codes, sizes), minlength=int(np.prod(sizes)))


faulty = {}
names = pydoe.list_orthogonal_arrays()
for name in names:
    columns = np.asarray(pydoe.get_orthogonal_array(name)).T
    unbalanced = sum(np.ptp(counts(column)) > 0 for column in columns)
    skew = sum(np.ptp(counts(a, b)) > 0 for a, b in itertools.combinations(columns, 2))
    if unbalanced or skew:
        faulty[name] = (int(unbalanced), int(skew))
        n = len(columns)
        print(f"  {name}: {unbalanced} of {n} columns not balanced, {skew} of {n * (n - 1) // 2} pairs not orthogonal")
print(f"  arrays with faults: {len(faulty)} of {len(names)}")
is_seen = faulty == {"L64(2^31)": (2, 59)} and ranks[5] == (26, 18, 21) and ranks[7] == (30, 22, 36)
if not is_seen:
    sys.exit("the behaviour has changed")
PY
