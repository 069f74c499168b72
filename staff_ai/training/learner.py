"""The network under torch: updates by masked PPO, and its state as plain tensors.

Every update begins new games and draws from generators seeded with its number, so a checkpoint needs weights, moments
of the optimiser and a count alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from agents.environments.draws import draw_bits
from agents.environments.schema import Observation, Schema
from simcore.errors import InputError
from simcore.types import F32, F64, I64
from staff_ai.trained.networks import Network
from staff_ai.training.joint_games import joint_games
from staff_ai.training.plan import BOTH, Plan
from staff_ai.training.snapshots import Snapshots

_MOMENTS = ("exp_avg", "exp_avg_sq", "step")
_CRITIC_RATE, _CRITIC_EPOCHS = 1e-3, 8
_CRITIC_GAMES = 2**31  # games of the updates of the value function, apart from the others of a training seed
_EPOCHS, _STEPS = 60, 1500  # most of an imitation, whichever takes longer
_APART = 0.01  # mean divergence from the goal at which it ends [nats a slot]


def need_torch() -> None:
    """Raise ``InputError`` when the libraries for training are not installed."""
    try:
        import onnx  # noqa: F401
        import sb3_contrib  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"train: {error.name} is not installed; install the libraries with `pip install chammo[rl]` "
            "(playing a trained commander needs none of it)"
        ) from None


class Learner:
    """A network in training by a plan."""

    def __init__(self, plan: Plan) -> None:
        need_torch()
        import torch
        from sb3_contrib import MaskablePPO

        torch.set_num_threads(1)  # the sums of torch depend on the number
        self.plan = plan
        self.schema: Schema = plan.settings[0].schema
        self.snapshots = Snapshots(self.schema, plan.interval_s)
        settings = plan.settings
        if plan.side == BOTH and plan.self_play:
            pool = (self.snapshots, self.snapshots)
            settings = tuple(replace(one, opponents=(*one.opponents_in_play, *pool)) for one in settings)
        is_narrow = plan.exploring < self.schema.sizes.groups
        self.games = joint_games(settings, plan.rows, plan.n_chairs, self._hold_others if is_narrow else None)
        self._turns: F64 = np.zeros((self.games.num_envs, self.schema.sizes.groups))
        n = plan.steps_a_game * self.games.num_envs
        self.model: Any = MaskablePPO(
            "MultiInputPolicy",
            self.games,
            learning_rate=plan.learning_rate,
            n_steps=plan.steps_a_game,
            batch_size=_batch(n, plan.batch),
            n_epochs=plan.epochs,
            gamma=plan.gamma,
            ent_coef=plan.entropy / plan.exploring,
            target_kl=0.03,
            policy_kwargs={
                "net_arch": {"pi": list(plan.hidden), "vf": list(plan.hidden)},
                "activation_fn": torch.nn.ReLU,
                "features_extractor_class": _extractor_class(),
                "features_extractor_kwargs": {"names": [part.name for part in self.schema.observation.parts]},
            },
            device="cpu",
            seed=_seed(plan.seed, "weights"),
        )

    @property
    def steps_an_update(self) -> int:
        """Choices of an update, of all rows."""
        return self.plan.steps_a_game * int(self.games.num_envs)

    def update(self, number: int, learning_rate: float) -> list[dict[str, Any]]:
        """Play the games of an update and learn from them; return the outcomes of finished games."""
        self._begin(number, learning_rate)
        self.model.learn(self.steps_an_update, reset_num_timesteps=False, log_interval=None)
        return list(self.games.outcomes)

    def update_critic(self, number: int) -> int:
        """Play the games of an update and fit the value function alone to their returns; return the games."""
        model = self.model
        self._begin(number, _CRITIC_RATE, "critic", _CRITIC_GAMES)
        actor = [*model.policy.mlp_extractor.policy_net.parameters(), *model.policy.action_net.parameters()]
        usual = model.n_epochs, model.rollout_buffer.gae_lambda
        model.n_epochs, model.rollout_buffer.gae_lambda = _CRITIC_EPOCHS, 1.0  # 1: returns as they were
        for parameter in actor:
            parameter.requires_grad_(False)
        model.learn(self.steps_an_update, reset_num_timesteps=False, log_interval=None)
        for parameter in actor:
            parameter.requires_grad_(True)
        model.n_epochs, model.rollout_buffer.gae_lambda = usual
        return len(self.games.outcomes)

    def _begin(self, number: int, learning_rate: float, purpose: str = "update", first: int = 0) -> None:
        """Set seeds, chairs and exploring slots of the games of an update."""
        from stable_baselines3.common.utils import set_random_seed

        set_random_seed(_seed(self.plan.seed, purpose, number))
        self.games.chairs = self.plan.chairs_of(number)
        self.games.seed((self.plan.seed << 32) + first + number * self.games.num_envs)
        self.games.outcomes.clear()
        shape = (self.games.num_envs, self.schema.sizes.groups)
        self._turns = np.random.default_rng(_seed(self.plan.seed, purpose, number, "slots")).random(shape)
        self.model.lr_schedule = lambda _: learning_rate
        self.model._last_obs = None  # begin new games

    def _hold_others(self, seen: Observation, masks: np.ndarray) -> np.ndarray:
        """Leave the best choice alone to all but the exploring slots, (n, G * A).

        A slot with a single choice has probability 1 and no gradient: the exploring slots learn beside others that
        do as they would in play.
        """
        import torch

        policy = self.model.policy
        with torch.no_grad():
            inputs, _ = policy.obs_to_tensor(seen)
            best = policy.get_distribution(inputs, action_masks=masks).mode().numpy()
        turns = np.where(seen["groups_filled"] > 0, self._turns, 2.0)
        places = turns.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        narrow = masks.reshape(*best.shape, -1).copy()
        rows, slots = np.nonzero(places >= self.plan.exploring)
        narrow[rows, slots] = False
        narrow[rows, slots, best[rows, slots]] = True
        return narrow.reshape(masks.shape)

    def network(self, label: str = "learner") -> Network:
        """Return the policy network for a trained commander."""
        policy = self.model.policy
        layers = [module for module in policy.mlp_extractor.policy_net if hasattr(module, "weight")]
        tensors: dict[str, F32] = {}
        for k, layer in enumerate([*layers, policy.action_net]):
            tensors[f"layer.{k}.weight"] = layer.weight.detach().numpy().copy()
            tensors[f"layer.{k}.bias"] = layer.bias.detach().numpy().copy()
        return Network(self.plan.architecture, self.schema, tensors, label)

    def take_snapshot(self) -> None:
        """Add the current network to the opponents of both chairs."""
        self.snapshots.networks.append(self.network("snapshot"))

    def state(self) -> dict[str, F32]:
        """Return weights, moments of the optimiser and snapshots as tensors by name."""
        found = {f"policy.{k}": v.detach().numpy().copy() for k, v in self.model.policy.state_dict().items()}
        for k, moments in self.model.policy.optimizer.state_dict()["state"].items():
            found |= {f"optimizer.{k}.{name}": moments[name].detach().numpy().copy() for name in _MOMENTS}
        for k, network in enumerate(self.snapshots.networks):
            found |= {f"snapshot.{k}.{name}": tensor for name, tensor in network.tensors.items()}
        return {name: np.asarray(value, dtype=np.float32) for name, value in found.items()}

    def restore(self, tensors: Mapping[str, F32], n_steps: int) -> None:
        """Restore a state. ``n_steps`` is the number of choices so far."""
        import torch

        weights = {name: torch.from_numpy(np.array(values)) for name, values in under(tensors, "policy").items()}
        self.model.policy.load_state_dict(weights, strict=True)
        optimizer = self.model.policy.optimizer
        plain = optimizer.state_dict()
        moments: dict[int, dict[str, Any]] = {}
        for name, values in under(tensors, "optimizer").items():
            k, _, moment = name.partition(".")
            moments.setdefault(int(k), {})[moment] = torch.from_numpy(np.array(values))
        optimizer.load_state_dict({**plain, "state": moments})
        self.model.num_timesteps = n_steps
        self.snapshots.networks.clear()
        pool = under(tensors, "snapshot")
        for k in sorted({int(name.partition(".")[0]) for name in pool}):
            network = Network(self.plan.architecture, self.schema, under(pool, str(k)), "snapshot")
            self.snapshots.networks.append(network)

    def imitate(self, seen: Observation, mask: np.ndarray, labels: I64) -> float:
        """Learn to choose the labels (n, G), -1 for none; return the share of labels chosen afterwards.

        The goal is the confidence of the plan in a label, and the rest spread evenly over the other legal choices.
        """
        import torch

        policy, n = self.model.policy, len(labels)
        inputs = {name: torch.from_numpy(values) for name, values in seen.items()}
        allowed, wanted = torch.from_numpy(mask), torch.from_numpy(labels)
        parameters = [*policy.mlp_extractor.policy_net.parameters(), *policy.action_net.parameters()]
        optimizer = torch.optim.Adam(parameters, lr=1e-3)
        rng = np.random.default_rng(_seed(self.plan.seed, "imitation"))
        confidence, n_batches = self.plan.confidence, -(-n // 256)
        # a label that is the only legal choice teaches nothing
        counts = (wanted >= 0) & (allowed.sum(dim=2) > 1)

        def scores(rows: Any) -> Any:
            flat = policy.features_extractor({name: values[rows] for name, values in inputs.items()})
            raw = policy.action_net(policy.mlp_extractor.forward_actor(flat))
            return raw.reshape(allowed[rows].shape).masked_fill(~allowed[rows], -1e8)

        agreement, rate = 0.0, optimizer.param_groups[0]
        epochs = max(_EPOCHS, -(-_STEPS // n_batches))
        for epoch in range(epochs):
            rate["lr"] = 1e-3 * (1.0 - 0.9 * epoch / epochs)
            order = rng.permutation(n)
            right, total, apart = 0, 0, 0.0
            for k in range(n_batches):
                rows = torch.from_numpy(order[256 * k : 256 * (k + 1)])
                here = counts[rows]
                chances = torch.log_softmax(scores(rows), dim=2)[here]
                labelled, legal = wanted[rows][here], allowed[rows][here]
                if len(labelled) == 0:
                    continue
                goal = legal * ((1.0 - confidence) / (legal.sum(dim=1, keepdim=True) - 1.0))
                goal.scatter_(1, labelled[:, None], confidence)
                loss = torch.nn.functional.kl_div(chances, goal, reduction="batchmean")
                right += int((chances.argmax(dim=1) == labelled).sum())
                total += len(labelled)
                apart += float(loss.detach()) * len(labelled)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            agreement = right / total if total else 1.0
            if apart <= _APART * total:
                break
        return agreement


def under(tensors: Mapping[str, F32], prefix: str) -> dict[str, F32]:
    """Return the tensors named ``prefix.NAME``, as ``NAME``."""
    start = f"{prefix}."
    return {name[len(start) :]: values for name, values in tensors.items() if name.startswith(start)}


def _seed(*key: object) -> int:
    return draw_bits("training", *key) % 2**31


def _batch(n: int, wanted: int) -> int:
    """Return the divisor of ``n`` nearest to the wanted size of a minibatch: minibatches are then equal."""
    return min((d for d in range(1, n + 1) if n % d == 0), key=lambda d: (abs(d - wanted), d))


def _extractor_class() -> Any:
    import torch
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

    class InOrder(BaseFeaturesExtractor):
        """The parts of an observation, concatenated in the order of the schema, not of a dictionary."""

        def __init__(self, observation_space: Any, names: list[str]) -> None:
            width = sum(int(np.prod(observation_space[name].shape)) for name in names)
            super().__init__(observation_space, width)
            self._names = names

        def forward(self, observations: Any) -> Any:
            return torch.cat([observations[name].flatten(start_dim=1) for name in self._names], dim=1)

    return InOrder
