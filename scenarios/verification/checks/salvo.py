"""A single exchange of missiles, fire distribution, and leakers through a layered defence."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from scenarios.verification.document import LOOK_TICKS, all_seeing, document, everyday, group, platform
from scenarios.verification.measures import living, strength, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import salvo
from scenarios.verification.oracles.distribution import Distribution
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.types import F64

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_RANGE_KM = 10.0
_TICKS = LOOK_TICKS + 3  # looks, a tick to fire, and two spare
_ROUNDS_LIMIT = 2000


def missile(rounds: int, p_hit: float, *, stoppable: bool, choice: str = "nearest", p_kill: float = 0.0) -> Document:
    """Return a weapon that fires once and hits in the same tick."""
    return {
        "domains": ["surface"],
        "range_max_km": _RANGE_KM,
        "rounds_per_shot": rounds,
        "reload_s": 1000.0,
        "p_hit": p_hit,
        "p_kill": p_kill,
        "choice": choice,
        "needs_sight": False,
        "stoppable": stoppable,
    }


def interceptor(p_stop: float, channels: int, shots_per_threat: int) -> Document:
    """Return a point defence with a total of ``channels`` shots."""
    return {
        "domains": [],
        "reload_s": 1000.0,
        "interceptor": {
            "p_intercept": p_stop,
            "range_km": _RANGE_KM,
            "channels": channels,
            "shots_per_threat": shots_per_threat,
        },
    }


def one_target(
    name: str, attackers: int, weapon: Document, toughness: float, shield: Document | None, shots: int
) -> Document:
    """Return a scenario in which ``attackers`` fire once at a defended unit."""
    defence = [{"weapon": "shield", "rounds": shots}] if shield is not None else []
    return everyday(
        document(
            name,
            dt_s=1.0,
            n_ticks=_TICKS,
            half_width_km=_RANGE_KM,
            groups=[
                group("attackers", "blue", "attacker", (0.0, -1.0), attackers),
                group("target", "red", "ship", (0.0, 1.0)),
            ],
            platforms={
                "attacker": platform(
                    "surface", sensors=["eye"], weapons=[{"weapon": "missile", "rounds": weapon["rounds_per_shot"]}]
                ),
                "ship": platform("surface", toughness=toughness, weapons=defence),
            },
            sensors={"eye": all_seeing(_RANGE_KM, 1.0 * LOOK_TICKS)},
            weapons={"missile": weapon, **({"shield": shield} if shield is not None else {})},
            terrain={"kind": "flat", "surface": "water"},
        )
    )


def measure_target(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the strength lost by the target, 0..1."""
    return {"loss": 1.0 - strength(simulation, unit_named(compiled, "target"))}


def distribution_rows(judge: Judge, quantity: str, values: F64, law: Distribution, ends: dict[str, float]) -> list[Row]:
    """Compare mean, standard deviation and the chances of some values with a distribution."""
    rows = [
        judge.mean(f"E[{quantity}]", values, law.mean, law.sd, law.central_moment(3)),
        judge.spread(f"sd[{quantity}]", values, law.sd, law.central_moment(4)),
    ]
    for chance, value in ends.items():
        hits = int((abs(values - value) < 1e-6).sum())
        rows.append(judge.proportion(chance, hits, values.size, min(law.at(value), 1.0)))
    return rows


@dataclass(frozen=True)
class Exchange:
    """Armstrong's salvo: good missiles against good intercepts, staying power as toughness."""

    step_s: ClassVar[float] = 1.0

    attackers: int = option(3, "ships that fire (A)", low=1, high=200)
    missiles: int = option(4, "missiles each (n)", low=1, high=200)
    p_hit: float = option(0.7, "chance that a missile is good (p)", low=0.0, high=1.0)
    defenders: int = option(3, "ships fired at (B)", low=1, high=200)
    interceptors: int = option(2, "interceptors each (z); 0 is no defence", low=0, high=200)
    p_stop: float = option(0.6, "chance that an interceptor stops a good missile (q)", low=0.0, high=1.0)
    loss_per_hit: float = option(0.5, "share of a ship that a hit takes (u)", above=0.0, high=1000.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.attackers * self.missiles > _ROUNDS_LIMIT or self.defenders * self.interceptors > _ROUNDS_LIMIT:
            return [f"rounds: more than {_ROUNDS_LIMIT} on a side; give fewer ships, missiles or interceptors"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fire the salvo and compare the loss in ships with Armstrong's distribution."""
        rounds, shots = self.attackers * self.missiles, self.defenders * self.interceptors
        theory = (rounds, self.p_hit, shots, self.p_stop, float(self.defenders), self.loss_per_hit)
        law = salvo.armstrong_loss(*theory)
        shield = interceptor(self.p_stop, shots, 0) if shots else None
        scenario = one_target(
            "salvo-exchange",
            self.attackers,
            missile(self.missiles, self.p_hit, stoppable=True),
            self.defenders / self.loss_per_hit,
            shield,
            shots,
        )
        loss = sample(scenario, run, _TICKS, measure_target)["loss"] * self.defenders
        sides = f"A{self.attackers} n{self.missiles} p{self.p_hit:g}, B{self.defenders} z{self.interceptors}"
        judge = Judge("salvo exchange", f"{sides} q{self.p_stop:g} u{self.loss_per_hit:g}")
        ends = {"P(no loss)": 0.0, "P(all lost)": float(self.defenders)}
        rows = distribution_rows(judge, "ships lost", loss, law, ends)
        hughes = salvo.hughes_loss(*theory)
        note = f"deterministic salvo equation is off by {hughes - law.mean:+.4f}"
        return [*rows, judge.information("ships lost (Hughes)", float(loss.mean()), hughes, note)]


@dataclass(frozen=True)
class Fire:
    """Many shooters with a single shot each at many targets: the assignment of targets matters."""

    step_s: ClassVar[float] = 1.0

    shots: int = option(10, "shooters with a single shot each (N)", low=1, high=300)
    targets: int = option(5, "targets (T)", low=1, high=300)
    p_kill: float = option(0.5, "chance that a shot kills", low=0.0, high=1.0)
    aim: str = option("random", "targets chosen at random, or fire spread by the side", choices=("random", "spread"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fire once and compare the kills with the occupancy distribution or the evenly spread shots."""
        kills_of = salvo.uncoordinated_kills if self.aim == "random" else salvo.coordinated_kills
        law = kills_of(self.shots, self.targets, self.p_kill)
        result = sample(self.document(), run, _TICKS, measure_kills)
        judge = Judge(f"fire at {self.aim}", f"N{self.shots} T{self.targets} p{self.p_kill:g}")
        ends = {"P(none killed)": 0.0, "P(all killed)": float(self.targets)}
        return distribution_rows(judge, "killed", self.targets - result["living"], law, ends)

    def document(self) -> Document:
        """Return the scenario."""
        gun = missile(1, self.p_kill, stoppable=False, choice=self.aim, p_kill=1.0)
        return everyday(
            document(
                "salvo-fire",
                dt_s=1.0,
                n_ticks=_TICKS,
                half_width_km=_RANGE_KM,
                groups=[
                    group("shooters", "blue", "shooter", (0.0, -1.0), self.shots),
                    group("targets", "red", "target", (0.0, 1.0), self.targets),
                ],
                platforms={
                    "shooter": platform("surface", sensors=["eye"], weapons=[{"weapon": "gun", "rounds": 1}]),
                    "target": platform("surface"),
                },
                sensors={"eye": all_seeing(_RANGE_KM, 1.0 * LOOK_TICKS)},
                weapons={"gun": gun},
                terrain={"kind": "flat", "surface": "water"},
            )
        )


def measure_kills(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the number of living targets."""
    return {"living": living(simulation, compiled, 1)}


@dataclass(frozen=True)
class Leakers:
    """Certain hits against a defence with a fixed number of shots at each threat, until it runs out."""

    step_s: ClassVar[float] = 1.0

    threats: int = option(8, "incoming rounds (N)", low=1, high=500)
    shots_per_threat: int = option(1, "shots at each (k); 0 is shoot, look, shoot", low=0, high=100)
    p_stop: float = option(0.7, "chance that a shot stops a threat (pk)", low=0.0, high=1.0)
    interceptors: int = option(8, "shots in all (M)", low=1, high=5000)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fire a salvo of certain hits and compare the leakers."""
        law = salvo.leakers(self.threats, self.shots_per_threat, self.p_stop, self.interceptors)
        scenario = one_target(
            "salvo-leakers",
            1,
            missile(self.threats, 1.0, stoppable=True),
            float(self.threats),
            interceptor(self.p_stop, self.interceptors, self.shots_per_threat),
            self.interceptors,
        )
        through = sample(scenario, run, _TICKS, measure_target)["loss"] * self.threats
        salvoes = f"N{self.threats} k{self.shots_per_threat} pk{self.p_stop:g} M{self.interceptors}"
        return distribution_rows(Judge("leakers", salvoes), "leakers", through, law, {"P(no leaker)": 0.0})


TOPIC = Topic(
    "salvo",
    "a missile exchange (Armstrong), fire distribution, leakers",
    {"exchange": Exchange, "fire": Fire, "leakers": Leakers},
    (
        Exchange(3, 4, 0.7, 3, 2, 0.6, 0.5),
        Exchange(2, 8, 0.5, 4, 2, 0.5, 0.5),
        Exchange(4, 4, 0.6, 4, 3, 0.8, 0.5),
        Fire(10, 5, 0.5, "random"),
        Fire(10, 5, 0.5, "spread"),
        Fire(13, 5, 0.4, "spread"),
        Leakers(8, 1, 0.7, 8),
        Leakers(8, 2, 0.7, 16),
        Leakers(8, 2, 0.7, 11),
        Leakers(8, 0, 0.7, 11),
    ),
)
