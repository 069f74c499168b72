"""Statements of the card about the model: intended use, assumptions, limits, risks, levels of evidence.

Headings follow MIL-STD-3022 (documentation of verification, validation and accreditation) and the factors of
NASA-STD-7009B (standard for models and simulations). The levels are the authors' own judgement of their evidence.
"""

from dataclasses import dataclass

INTENDED_USE = (
    "Comparing variants of fictional forces (sensors, links, weapons, rules of engagement, doctrine) over many "
    "replications, with intervals.",
    "Teaching, and training of staffs, with a replay of each side's picture.",
    "Research on decision rules that use the same interface as a commander.",
)

NOT_INTENDED = (
    "Predicting the outcome of a real fight, or the performance of real equipment.",
    "Deciding about people, targets or operations.",
    "Absolute numbers: only differences between variants under the same assumptions are meaningful.",
)


@dataclass(frozen=True)
class Requirement:
    """A requirement of the intended use on the model, and its evidence."""

    text: str
    evidence: str
    topics: tuple[str, ...] = ()


REQUIREMENTS = (
    Requirement("Attrition follows from shots at targets, without a prescribed rate of loss.", "", ("attrition",)),
    Requirement(
        "The bias of the time step is known, and halving the step changes the results as predicted.",
        "and the table of the step's bias",
        ("step-bias", "step"),
    ),
    Requirement(
        "Salvoes against layered defence have the right mean and spread, in one exchange and in several.",
        "",
        ("salvo", "exchanges", "defence"),
    ),
    Requirement(
        "No unit fires into a no-fire zone or ahead of an approval; rounds arrive where they were aimed, at any step.",
        "",
        ("fire-control",),
    ),
    Requirement("Area fire damages targets within its lethal area, and no others.", "", ("area",)),
    Requirement("Minefields and their clearance follow random search.", "", ("mines",)),
    Requirement("Cameras, sonars and receivers follow their equations.", "", ("sensors",)),
    Requirement("Weather slows craft and delays launches as set on their cards.", "", ("environment",)),
    Requirement("Hosts serve as many units as they have places, and none once they are lost.", "", ("supply",)),
    Requirement(
        "Casualties live and die, are triaged, carried and treated as survival and queueing theory have it; nobody is "
        "lost or counted twice.",
        "",
        ("medical",),
    ),
    Requirement(
        "Components wear out and fail, workshops repair them and stores supply them as reliability, queueing and "
        "inventory theory say.",
        "",
        ("sustainment",),
    ),
    Requirement("Jamming shortens links and radar ranges according to the link budget.", "", ("jamming",)),
    Requirement("Approvals wait as in a queue with a server per operator.", "", ("operators",)),
    Requirement("Search and detection follow the laws of search theory at any step.", "", ("search", "radar", "sight")),
    Requirement(
        "Contacts are mistaken, neutrals fired at and rounds drawn by decoys and phantoms as often as the errors of "
        "identification say.",
        "",
        ("identity",),
    ),
    Requirement("Radio links end at range and horizon, and relays extend them.", "", ("link",)),
    Requirement("Orders, reports and approvals are delayed by every hop of their path.", "", ("latency",)),
    Requirement("Speed, range and turns of units follow their cards.", "", ("movement",)),
    Requirement("No outcome depends on the names of units: turns are drawn.", "", ("names",)),
    Requirement("Zones count once reached, and the score decides the winner.", "", ("scoring",)),
    Requirement(
        "The same scenario, seed and orders give the same bits.", "not on this card: the tests play runs again"
    ),
    Requirement(
        "No side acts on hidden information.", "not on this card: the tests change the unseen state and compare"
    ),
)

ASSUMPTIONS = (
    "Two sides fight, others are neutral; units are points; time goes in steps of seconds; space is a plane.",
    "Looks are independent of each other; the level of a detection depends only on the range, except for cameras.",
    "Every contact is correctly associated; its believed identity is drawn once, with the error rates of the rules.",
    "An aimed round hits its target or nothing; damage is not repaired.",
    "Parameters are round numbers of classes of equipment from open sources, or placeholders.",
)

CAPABILITIES = (
    "Movement with turn limits and endurance, terrain, line of sight over a curved earth.",
    "Sensors with seven detection laws (search, radar, cameras, sonars, intercept receivers), weather and light; "
    "pictures with error and age, shared over multi-hop networks with latency and jamming.",
    "Rules of engagement, four levels of autonomy, crews of operators whose approvals queue, no-fire zones.",
    "Salvoes, area fire, layered interception, soft kill, mines, graded damage; scripted events; objectives, scores.",
    "Batches of replications with intervals for every measure; runs that are reproducible to the bit.",
)

LIMITATIONS = (
    "Some parts are outside the comparison: planning of units, most of the pictures and of the rules of engagement, "
    "damage to components. They are covered by tests, not by theory.",
    "Each set-up isolates a single law. It does not follow that the parts interact correctly.",
    "Line of sight samples the ground every half cell: a crest between two samples is missed.",
    "Units steer to points: there is no planner of paths between poses (Dubins).",
    "Fluctuating targets only (Swerling 1): there is no counterpart of Albersheim's formula for steady targets.",
    "Oracles and engine were written in the same project. They share no code, but may share a misreading.",
    "The full list is in the model description (docs/explanation/odd.md).",
)


@dataclass(frozen=True)
class Risk:
    """A risk in using the model, and its mitigation."""

    text: str
    answer: str


RISKS = (
    Risk(
        "Results are read as forecasts.",
        "Forces are fictional, placeholders are marked, every measure has an interval; this card states so first.",
    ),
    Risk(
        "A conclusion rests on a single uncertain number.",
        "Vary it: intervals cover only chance, not uncertainty of parameters.",
    ),
    Risk("The time step biases a comparison.", "The bias is tabulated here; repeat important results at half a step."),
    Risk(
        "One check in many fails by chance.",
        "Rows pass within 4 standard errors: with 600 rows a correct engine fails one of them in about 4 % of plays.",
    ),
)


@dataclass(frozen=True)
class Evidence:
    """A factor of NASA-STD-7009B with the level (0 to 4) claimed by the authors, and the reason."""

    factor: str
    level: int
    reason: str


EVIDENCE = (
    Evidence(
        "Data pedigree", 1, "Cards of equipment are round numbers; some name an open source, many are placeholders."
    ),
    Evidence(
        "Verification",
        2,
        "Key features are compared with exact results, kernels with slow twins, runs with golden runs; the error "
        "of the step is known only for attrition and duels.",
    ),
    Evidence("Validation", 0, "There has been no comparison with data of real fights or real equipment."),
    Evidence("Input pedigree", 0, "Scenarios are fictional; their inputs have had no independent review."),
    Evidence(
        "Uncertainty characterization", 1, "Chance has intervals; the uncertainty of parameters is not quantified."
    ),
    Evidence("Results robustness", 0, "No sensitivity analysis has been done for any use of the model."),
    Evidence("M&S history", 0, "No use outside the project is known."),
    Evidence(
        "M&S process and product management", 1, "Versions, tests, change log and manifests; no independent review."
    ),
)
