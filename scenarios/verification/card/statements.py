"""What the card says about the model beside numbers: intended use, assumptions, limits, risks, levels of evidence.

Headings follow MIL-STD-3022 (documentation of verification, validation and accreditation) and the factors of
NASA-STD-7009B (standard for models and simulations). The levels are the authors' own judgement of their evidence.
"""

from dataclasses import dataclass

INTENDED_USE = (
    "Comparing variants of fictional forces (sensors, links, weapons, rules of engagement, doctrine) over many "
    "replications, with intervals.",
    "Teaching, and training of staffs, with a replay of what each side knew.",
    "Research on decision rules that play through the same interface as a commander.",
)

NOT_INTENDED = (
    "Predicting the outcome of a real fight, or the performance of real equipment.",
    "Deciding about people, targets or operations.",
    "Absolute numbers: only differences between variants that share the same assumptions.",
)


@dataclass(frozen=True)
class Requirement:
    """What the intended use asks of the model, and where the evidence is."""

    text: str
    evidence: str
    topics: tuple[str, ...] = ()


REQUIREMENTS = (
    Requirement("Attrition follows from shots at targets, without a prescribed rate of loss.", "", ("attrition",)),
    Requirement(
        "The bias of the time step is known, and halving the step changes as much as it says.",
        "and the table of the step's bias",
        ("step-bias", "step"),
    ),
    Requirement(
        "Salvoes against layered defence have the right mean and spread, in one exchange and in several.",
        "",
        ("salvo", "exchanges", "defence"),
    ),
    Requirement(
        "Nobody fires into a no-fire zone or ahead of an approval; rounds arrive where they were aimed, at any step.",
        "",
        ("fire-control",),
    ),
    Requirement("Area fire hurts what lies within its lethal area, and no more.", "", ("area",)),
    Requirement("Minefields endanger and clearing clears as random search says.", "", ("mines",)),
    Requirement("Cameras, sonars and receivers follow their equations.", "", ("sensors",)),
    Requirement("Weather slows craft and holds back launches as their cards say.", "", ("environment",)),
    Requirement("Hosts serve as many as they have places, and nobody when they are lost.", "", ("supply",)),
    Requirement("Jamming shortens links and the reach of radars as the link budget says.", "", ("jamming",)),
    Requirement("Approvals wait as a queue with so many servers does.", "", ("operators",)),
    Requirement(
        "Search and detection follow the laws of search theory, whatever the step.", "", ("search", "radar", "sight")
    ),
    Requirement(
        "Contacts are mistaken, neutrals fired at and rounds drawn by decoys and phantoms as often as the errors of "
        "identification say.",
        "",
        ("identity",),
    ),
    Requirement("Radio links end at range and horizon, and relays extend them.", "", ("link",)),
    Requirement("Orders, reports and approvals take the time of every hop of their path.", "", ("latency",)),
    Requirement("Units move as fast, as far and as tightly as their cards say.", "", ("movement",)),
    Requirement("No outcome depends on the names of units: whose turn it is is drawn.", "", ("names",)),
    Requirement("Zones that are reached count, and the score decides who wins.", "", ("scoring",)),
    Requirement(
        "The same scenario, seed and orders give the same bits.", "not on this card: the tests play runs again"
    ),
    Requirement(
        "No side acts on what it cannot know.", "not on this card: the tests change what is unseen and compare"
    ),
)

ASSUMPTIONS = (
    "Two sides fight, others are neutral; units are points; time goes in steps of seconds; space is a plane.",
    "Looks are independent of each other; the level of a detection depends on the range alone, but for cameras.",
    "Every contact is correctly associated; what it is taken for is drawn once, with the errors that the rules give.",
    "An aimed round hits what it was fired at or nothing; damage is not repaired.",
    "Parameters are round numbers of classes of equipment from open sources, or placeholders.",
)

CAPABILITIES = (
    "Movement with turn limits and endurance, terrain, line of sight over a curved earth.",
    "Sensors after seven laws (search, radar, cameras, sonars, intercept receivers), weather and light; pictures with "
    "error and age, shared over networks of several hops that take time and can be jammed.",
    "Rules of engagement, four levels of autonomy, crews of operators whose approvals queue, no-fire zones.",
    "Salvoes, area fire, layered interception, soft kill, mines, graded damage; scripted events; objectives, scores.",
    "Batches of replications with intervals for every measure; runs that repeat to the bit.",
)

LIMITATIONS = (
    "What the comparison leaves out is not verified by it: planning of units, most of the pictures and of the "
    "rules of engagement, damage to components. Tests look at them, theory does not.",
    "Each set-up isolates one law. That the parts interact rightly does not follow.",
    "Line of sight samples the ground every half cell: a crest between two samples is looked past.",
    "Units steer to points: there is no planner of paths between poses (Dubins).",
    "Fluctuating targets only (Swerling 1): Albersheim's formula for steady ones has no counterpart here.",
    "Oracles and engine were written in one project. They share no code, but may share a misreading.",
    "The full list stands in the model description (docs/explanation/odd.md).",
)


@dataclass(frozen=True)
class Risk:
    """A way in which using the model can go wrong, and what is done about it."""

    what: str
    answer: str


RISKS = (
    Risk(
        "Results are read as forecasts.",
        "Forces are fictional, placeholders are marked, every measure has an interval; this card says so first.",
    ),
    Risk(
        "A conclusion rests on one uncertain number.",
        "Vary it: intervals cover chance only, not ignorance of parameters.",
    ),
    Risk("The time step biases a comparison.", "The bias is tabled here; play important results again at half a step."),
    Risk(
        "One check in many fails by chance.",
        "Rows pass within 4 standard errors: with 600 of them a right engine fails one in about 4 % of plays.",
    ),
)


@dataclass(frozen=True)
class Evidence:
    """A factor of NASA-STD-7009B with the level (0 to 4) that the authors claim, and why."""

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
        "Key features are held against exact results, kernels against slow twins, runs against golden ones; the error "
        "of the step is known for attrition and duels only.",
    ),
    Evidence("Validation", 0, "Nothing has been compared with data of real fights or of real equipment."),
    Evidence("Input pedigree", 0, "Scenarios are fictional; nobody has reviewed their inputs independently."),
    Evidence(
        "Uncertainty characterization", 1, "Chance has intervals; the uncertainty of parameters is not quantified."
    ),
    Evidence("Results robustness", 0, "No sensitivity analysis of a use of the model has been done."),
    Evidence("M&S history", 0, "No use outside the project is known."),
    Evidence(
        "M&S process and product management", 1, "Versions, tests, change log and manifests; no independent review."
    ),
)
