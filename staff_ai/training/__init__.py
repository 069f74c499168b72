"""Training of commanders by reinforcement learning. torch is imported inside functions only.

- ``plan``: the settings of a training: scenarios, sides, games, opponents.
- ``joint_games``, ``snapshots``: the games of an update, several scenarios and chairs at once.
- ``learner``: the network under torch, its updates, its state as plain tensors.
- ``teachers``, ``imitation``: a warm start from the best of a schedule found by search, a doctrine and the plan.
- ``hindsight``: timetables that win together, and the best of them in each game.
- ``validation``: when a network replaces the best so far; ``exploiter``: a commander of the other side against it.
- ``checkpoint``: the state for resuming a training with the same result.
- ``train``: the loop; ``card``: the model card.
"""
