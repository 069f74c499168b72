"""Identity: misidentified contacts, engagements by mistake, and fire drawn by decoys."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.verification.checks.salvo import distribution_rows
from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import identity
from scenarios.verification.oracles.distribution import binomial, counts
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.state import ContactW, SideW
from simcore.types import F64, Identity

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_STEP_S = 1.0
_GUN: Document = {"domains": ["land"], "range_max_km": 5.0, "reload_s": _STEP_S, "p_hit": 1.0, "p_kill": 1.0}
_SIDES = [{"name": "blue"}, {"name": "red"}, {"name": "traffic", "stance": "neutral"}]


def _scenario(
    name: str, groups: list[Document], n_ticks: int, wrong: Document, *, identifies: bool = True, rounds: int | None = 0
) -> Document:
    """Return blue's shooter in the midst of ``groups``, all detected and, if it can identify at all, identified."""
    level = {} if identifies else {"classify_km": 0.0, "identify_km": 0.0}
    weapons = [{"weapon": "gun", "rounds": rounds}]
    content = document(
        name,
        dt_s=_STEP_S,
        n_ticks=n_ticks,
        half_width_km=10.0,
        groups=groups,
        platforms={
            "shooter": platform(sensors=["eye"], weapons=weapons),
            "target": platform(),
            "bus": platform(),
            "dummy": platform(decoy={"imitates": "target"}),
        },
        sensors={"eye": all_seeing(4.0, _STEP_S, **level)},
        weapons={"gun": {**_GUN, "choice": "random"}},
        rules={"p_misidentify": wrong},
        time_keys={"score_interval_s": _STEP_S},
    )
    return {**content, "sides": _SIDES}


def _shooter(roe: str) -> Document:
    return group("shooter", "blue", "shooter", (0.0, 0.0), roe=roe)


def _crowd(name: str, side: str, card: str, count: int, east_km: float) -> list[Document]:
    keys = {"roe": "hold"} if side == "traffic" else {}
    return [group(name, side, card, (east_km, 1.0), count, **keys)] if count else []


def _believed(simulation: "Simulation", compiled: "Compiled", name: str) -> Sample:
    """Return the numbers of units of a group that blue believes hostile and neutral (R,)."""
    g = compiled.roster.groups.index(name)
    held = simulation.state.contacts.whole[:, ContactW.IDENTITY, : len(compiled.roster.units)][
        :, compiled.roster.unit_group == g
    ]
    return {
        "hostile": (held == Identity.HOSTILE).sum(axis=1).astype(float),
        "neutral": (held == Identity.NEUTRAL).sum(axis=1).astype(float),
    }


@dataclass(frozen=True)
class Confusion:
    """All units are detected and identified at the first look: the errors of each kind are binomial."""

    hostiles: int = option(5, "units of the enemy", low=1, high=100)
    neutrals: int = option(8, "neutral units; 0 is none", low=0, high=100)
    decoys: int = option(4, "decoys of the enemy; 0 is none", low=0, high=100)
    p_hostile: float = option(0.1, "chance that an enemy is taken for a neutral", low=0.0, high=1.0)
    p_neutral: float = option(0.2, "chance that a neutral is taken for an enemy", low=0.0, high=1.0)
    p_decoy: float = option(0.4, "chance that a decoy is taken for real", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Look once and compare the believed identities with the binomial laws."""
        result = sample(self.document(), run, 2, self.measure)
        judge = Judge(
            "identification",
            f"{self.hostiles} hostile, {self.neutrals} neutral, {self.decoys} decoys, "
            f"p {self.p_hostile:g} {self.p_neutral:g} {self.p_decoy:g}",
        )
        rows: list[Row] = []
        kinds = (
            ("enemies taken for neutral", "hostile", self.hostiles, self.p_hostile),
            ("neutrals taken for enemies", "neutral", self.neutrals, self.p_neutral),
            ("decoys taken for enemies", "decoy", self.decoys, self.p_decoy),
        )
        for quantity, key, n, p in kinds:
            if n > 0:
                law = counts(binomial(n, p))
                rows += distribution_rows(judge, quantity, result[key], law, {f"P(no {key} mistaken)": 0.0})
        total = result["hostile"] + result["neutral"] + result["decoy"]
        tallied = result["misidentified"]
        rows.append(
            judge.exact("errors tallied less counted", float((tallied - total).sum()), 0.0, 0.0, "the same events")
        )
        return rows

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the errors of each kind."""
        nothing = simulation.state.sides.real[:, 0, 0] * 0.0
        return {
            "hostile": _believed(simulation, compiled, "reds")["neutral"],
            "neutral": _believed(simulation, compiled, "cars")["hostile"] if self.neutrals else nothing,
            "decoy": _believed(simulation, compiled, "dummies")["hostile"] if self.decoys else nothing,
            "misidentified": simulation.state.sides.whole[:, SideW.MISIDENTIFIED, 0].astype(float),
        }

    def document(self) -> Document:
        """Return the scenario."""
        wrong = {"hostile": self.p_hostile, "neutral": self.p_neutral, "decoy": self.p_decoy}
        groups = [_shooter("hold"), *_crowd("reds", "red", "target", self.hostiles, 1.0)]
        groups += _crowd("dummies", "red", "dummy", self.decoys, -1.0)
        groups += _crowd("cars", "traffic", "bus", self.neutrals, 0.0) or _crowd("far", "traffic", "bus", 1, 9.0)
        return _scenario("identification", groups, 2, wrong)


@dataclass(frozen=True)
class Restraint:
    """A shooter amid neutrals, with a shot at each permitted target: the neutrals spared by the rules of engagement."""

    neutrals: int = option(6, "neutral units", low=1, high=100)
    p_neutral: float = option(0.25, "chance that a neutral is taken for an enemy", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fire under each of the rules, with and without identification."""
        judge = Judge("false engagements", f"{self.neutrals} neutrals, p {self.p_neutral:g}")
        mistaken = counts(binomial(self.neutrals, self.p_neutral))
        rows: list[Row] = []
        for roe in ("tight", "free"):
            fired = self.engagements(run, roe, identifies=True)
            ends = {f"P(none), {roe}": 0.0, f"P(all), {roe}": float(self.neutrals)}
            rows += distribution_rows(judge, f"shots, {roe}, identified", fired, mistaken, ends)
        few = Run(min(run.replications, 200), run.seed, run.threads)
        spared = self.engagements(few, "tight", identifies=False)
        rows.append(judge.exact("shots, tight, only detected", float(spared.max()), 0.0, 0.0, "no contact identified"))
        all_shot = self.engagements(few, "free", identifies=False)
        n = float(self.neutrals)
        rows.append(
            judge.exact(
                "shots, free, only detected", float(all_shot.mean()), n, 0.0, "no contact is identified as neutral"
            )
        )
        return rows

    def engagements(self, run: Run, roe: str, *, identifies: bool) -> F64:
        """Return the shots at neutrals (R,)."""
        groups = [_shooter(roe), *_crowd("cars", "traffic", "bus", self.neutrals, 0.0)]
        groups += _crowd("reds", "red", "target", 1, 9.0)
        n_ticks = self.neutrals + 3
        wrong = {"neutral": self.p_neutral}
        content = _scenario("restraint", groups, n_ticks, wrong, identifies=identifies, rounds=None)
        return sample(content, run, n_ticks, self.measure)["shots"]

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the shots at neutrals."""
        return {"shots": simulation.state.sides.whole[:, SideW.FALSE_ENGAGEMENTS, 0].astype(float)}


@dataclass(frozen=True)
class Deception:
    """A real target among decoys, all detected at once: the first shot, and the shots before the real target."""

    decoys: int = option(4, "decoys", low=1, high=100)
    p_decoy: float = option(0.5, "chance that a decoy is taken for real", low=0.0, high=1.0)
    p_hostile: float = option(0.1, "chance that the real target is taken for a neutral", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fire a single round; then fire until the real target is hit."""
        n, p, q = self.decoys, self.p_decoy, self.p_hostile
        judge = Judge("decoys", f"{n} decoys, p {p:g} {q:g}")
        wrong = {"decoy": p, "hostile": q}
        first = sample(self.document(3, wrong, rounds=1), run, 3, self.measure)
        drawn = int(first["at_decoys"].sum())
        size = first["shots"].size
        rows = [
            judge.proportion("P(decoy draws the shot)", drawn, size, identity.decoy_draws_shot(n, p, q)),
            judge.proportion("P(no shot)", int((first["shots"] == 0).sum()), size, identity.no_shot(n, p, q)),
        ]
        n_ticks = n + 4
        sure = sample(self.document(n_ticks, {"decoy": p}, rounds=None), run, n_ticks, self.measure)
        law = identity.wasted_before(n, p)
        rows += distribution_rows(judge, "rounds wasted", sure["at_decoys"], law, {"P(none wasted)": 0.0})
        blind = self.document(n_ticks, {}, rounds=None, identifies=False)
        unknown = sample(blind, run, n_ticks, self.measure)["at_decoys"]
        certain = identity.wasted_before(n, 1.0)
        rows += distribution_rows(judge, "rounds wasted, not identified", unknown, certain, {})
        return rows

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the shots, and those at decoys."""
        tally = simulation.state.sides.whole[:, :, 0].astype(float)
        return {"shots": tally[:, SideW.SHOTS], "at_decoys": tally[:, SideW.DECOY_ENGAGEMENTS]}

    def document(self, n_ticks: int, wrong: Document, *, rounds: int | None, identifies: bool = True) -> Document:
        """Return the scenario; it ends with the real target."""
        groups = [_shooter("free"), *_crowd("reds", "red", "target", 1, 1.0)]
        groups += _crowd("dummies", "red", "dummy", self.decoys, -1.0) + _crowd("far", "traffic", "bus", 1, 9.0)
        content = _scenario("deception", groups, n_ticks, wrong, identifies=identifies, rounds=rounds)
        goal = {"side": "blue", "kind": "destroy", "groups": ["reds"], "decisive": True}
        return {**content, "objectives": [goal]}


@dataclass(frozen=True)
class Phantoms:
    """A radar with several looks at phantoms from a transmitter; it holds every phantom shown in any look."""

    phantoms: int = option(6, "phantoms", low=1, high=100)
    p_show: float = option(0.3, "chance that a look shows a phantom", low=0.0, high=1.0)
    looks: int = option(3, "looks", low=1, high=100)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Look and compare the number of phantoms in the picture with the binomial law of 1 - (1 - p)^looks."""
        n, p, k = self.phantoms, self.p_show, self.looks
        judge = Judge("phantoms", f"{n} phantoms, p {p:g}, {k} looks")
        seen = sample(self.document(), run, k, self.measure)["seen"]
        law = counts(binomial(n, 1.0 - (1.0 - p) ** k))
        return distribution_rows(judge, "phantoms seen", seen, law, {"P(none seen)": 0.0, "P(all seen)": float(n)})

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the phantoms on which blue holds a contact."""
        is_shadow = compiled.roster.unit_group == compiled.roster.groups.index("shadows")
        level = simulation.state.contacts.whole[:, ContactW.LEVEL, : len(compiled.roster.units)][:, is_shadow]
        return {"seen": (level > 0).sum(axis=1).astype(float)}

    def document(self) -> Document:
        """Return the scenario."""
        radar = {"model": "radar", "range_km": 20.0, "interval_s": _STEP_S, "domains": ["land"]}
        spoofer = {"range_km": 15.0, "p_show": self.p_show}
        return document(
            "phantoms",
            dt_s=_STEP_S,
            n_ticks=self.looks,
            half_width_km=20.0,
            groups=[
                group("watch", "blue", "watch", (0.0, 0.0)),
                group("sender", "red", "sender", (10.0, 0.0)),
                group("shadows", "red", "target", (5.0, 5.0), self.phantoms, spoofed_by="sender"),
            ],
            platforms={
                "watch": platform(sensors=["radar"], height_m=30.0),
                "sender": platform(spoofer=spoofer, height_m=30.0),
                "target": platform(),
            },
            sensors={"radar": {**radar, "reference": {"range_km": 10.0, "p_detect": 0.8}, "needs_sight": False}},
        )


TOPIC = Topic(
    "identity",
    "identification with errors, fire at neutrals, decoys that draw fire, phantoms on a radar",
    {"identification": Confusion, "restraint": Restraint, "deception": Deception, "phantoms": Phantoms},
    (
        Confusion(),
        Confusion(20, 0, 10, 0.02, 0.0, 0.9),
        Restraint(),
        Restraint(12, 0.05),
        Deception(),
        Deception(8, 0.2, 0.3),
        Phantoms(),
        Phantoms(12, 0.05, 10),
    ),
)
