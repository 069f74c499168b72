"""Training of commanders by reinforcement learning. torch is imported in functions alone: the rest starts without it.

- ``plan``: what is trained, on which games, against whom.
- ``joint_games``, ``snapshots``: the games of one update, several scenarios and chairs at once.
- ``learner``: the network under torch, its updates, its state as plain tensors.
- ``imitation``: a warm start from a doctrine.
- ``checkpoint``: a training that goes on after a kill as if nothing had happened.
- ``train``: the loop; ``card``: the model card.
"""
