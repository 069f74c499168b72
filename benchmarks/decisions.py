"""Cost of a decision of each policy: CPU-milliseconds for 1 and for 64 replications on a synthetic busy picture.

    python -m benchmarks.decisions
    python -m benchmarks.decisions cautious defend --replications 1,16,256

The picture is that of the tests: 15 groups of all kinds and 100 contacts. Prints the minimum and the median over many
decisions; a busy machine raises the median more than the minimum.
"""

import argparse
import time

import numpy as np

from agents.doctrine import registered
from simcore.orders import empty_orders
from simcore.policy_registry import find_policy
from tests.agents.synthetic import N_GROUPS, busy_picture, make_briefing


def cost_ms(name: str, n_replications: int, repeats: int) -> np.ndarray:
    """Return the CPU times [ms] of ``repeats`` decisions, after a warm-up decision."""
    briefing = make_briefing()
    picture = busy_picture(briefing, n_replications)
    picture.n_contacts[:] = 100
    policy = find_policy(name)
    policy.reset(briefing, picture.seed, picture.replication)
    orders = empty_orders(n_replications, N_GROUPS)
    took_s = np.zeros(repeats + 1)
    for k in range(repeats + 1):
        orders.clear()
        start = time.thread_time()
        policy.decide(picture, orders)
        took_s[k] = time.thread_time() - start
    return 1e3 * took_s[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policies", nargs="*", default=registered(), help="names (default: all that come along)")
    parser.add_argument("--replications", default="1,64", help="replications at once, separated by commas")
    parser.add_argument("--repeats", type=int, default=40)
    options = parser.parse_args()
    sizes = [int(text) for text in options.replications.split(",")]
    print(f"{'policy':20}" + "".join(f"{f'R={n}: least, median ms':>28}" for n in sizes))
    for name in options.policies:
        costs = [cost_ms(name, n, options.repeats) for n in sizes]
        print(f"{name:20}" + "".join(f"{f'{c.min():.2f}, {np.median(c):.2f}':>28}" for c in costs))


if __name__ == "__main__":
    main()
