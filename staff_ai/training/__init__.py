"""Training of commanders by reinforcement learning. torch is imported inside functions only.

- ``plan``: the settings of a training: scenarios, sides, games, opponents.
- ``joint_games``, ``snapshots``: the games of an update, several scenarios and chairs at once.
- ``learner``: the network under torch, its updates, its state as plain tensors.
- ``imitation``: a warm start from a doctrine.
- ``checkpoint``: the state for resuming a training with the same result.
- ``train``: the loop; ``card``: the model card.
"""
