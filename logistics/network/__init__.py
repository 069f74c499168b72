"""Supply networks: routes, bottlenecks, the cost of each loss, and the probability of staying connected.

The only package of logistics that imports networkx.
"""
