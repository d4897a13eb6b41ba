"""Who must have what, so that a block of 112 subjects prints exactly the targets."""

from __future__ import annotations

from dataclasses import dataclass, field

from .catalog import Term, terms
from .draw import Draw
from .world import Subject

BLOCK = 112
ARMS = {"Isa-Pd": 81, "Isa-Kd": 26, "Isa-Other": 3}
# Subjects of each arm: any grade 3-4, any serious, isatuximab withdrawn; the last two are not published targets.
ROLES = {
    "Isa-Pd": {"high": 36, "serious": 21, "withdrawn": 6, "fatal": 3, "none": 5},
    "Isa-Kd": {"high": 10, "serious": 8, "withdrawn": 3, "fatal": 1, "none": 2},
}
# A grade 5 must not disturb which grade >=3 terms are the most common ones.
FATAL_TERMS = {"Isa-Pd": ("T13", "T07", "T36"), "Isa-Kd": ("T13",)}


def scaled(count: int, size: int) -> int:
    """Return a count per 112 subjects scaled to a block of `size`, rounded half up.

    Example:
        >>> scaled(81, 112), scaled(81, 56)
        (81, 41)
    """
    return (2 * count * size + BLOCK) // (2 * BLOCK)


def regimens(size: int) -> list[str]:
    """Return the regimen of each subject of a block: two cohorts, other, and "" for no isatuximab dose."""
    pd = min(scaled(ARMS["Isa-Pd"], size), size)
    kd = min(scaled(ARMS["Isa-Kd"], size), size - pd)
    none = min(scaled(2, size), size - pd - kd)
    other = size - pd - kd - none
    return ["Isa-Pd"] * pd + ["Isa-Kd"] * kd + ["Isa-Other"] * other + [""] * none


@dataclass
class Pair:
    """A subject that must have a treatment-emergent event of a term; `high` with grade 3-4, `fatal` with grade 5."""

    subject: Subject
    term: Term
    high: bool
    fatal: bool = False


@dataclass
class Plan:
    """The pairs of one arm and the subjects with a role in it."""

    pairs: list[Pair] = field(default_factory=list)
    serious: list[Subject] = field(default_factory=list)
    withdrawn: list[Subject] = field(default_factory=list)
    fatal: list[Subject] = field(default_factory=list)

    def of(self, subject: Subject) -> list[Pair]:
        """Return the pairs of one subject."""
        return [pair for pair in self.pairs if pair.subject is subject]


def plan_arm(draw: Draw, arm: str, subjects: list[Subject], size: int) -> Plan:
    """Choose which subjects of an arm get which terms and roles; `size` is the size of the block."""
    want = {role: scaled(count, size) for role, count in ROLES[arm].items()}
    active = draw.shuffled(subjects)[want["none"] :] or subjects
    high = active[: want["high"]]
    plan = Plan(_pairs(draw, arm, active, high, size))
    plan.fatal = _fatal(draw, arm, plan.pairs, want["fatal"])
    sick = [s for s in active if any(pair.subject is s for pair in plan.pairs)]
    others = [s for s in sick if s not in plan.fatal]
    most = want["serious"] - want["serious"] // 5
    severe = [s for s in others if s in high][: max(most - len(plan.fatal), 0)]
    rest = [s for s in draw.shuffled(others) if s not in severe]
    plan.serious = (plan.fatal + severe + rest)[: want["serious"]]
    stoppable = [s for s in others if any(pair.term.group != "IRR" for pair in plan.of(s))]
    plan.withdrawn = draw.some(stoppable, want["withdrawn"])
    return plan


def _pairs(draw: Draw, arm: str, active: list[Subject], high: list[Subject], size: int) -> list[Pair]:
    """Return pairs on target, every subject of `high` with at least one of grade 3-4."""
    uncovered = draw.shuffled(high)
    goals = _goals(arm, size, len(high))
    pairs = []
    for term, (anyone, severe) in goals.items():
        chosen = [uncovered.pop() for _ in range(min(severe, len(uncovered)))]
        chosen += draw.some([s for s in high if s not in chosen], severe - len(chosen))
        pairs += [Pair(subject, term, True) for subject in chosen]
        lower = draw.some([s for s in active if s not in chosen], anyone - severe)
        pairs += [Pair(subject, term, False) for subject in lower]
    return pairs


def _goals(arm: str, size: int, high: int) -> dict[Term, tuple[int, int]]:
    """Return term -> (any grade, grade 3-4) for a block; small blocks repeat severe terms until they cover `high`."""
    goals = {}
    for term in terms():
        anyone, severe = (scaled(count, size) for count in term.targets[arm])
        goals[term] = (max(anyone, severe), severe if high else 0)
    missing = high - sum(severe for _, severe in goals.values())
    for term in goals:
        if missing <= 0:
            break
        anyone, severe = goals[term]
        more = min(missing, high - severe)
        goals[term] = (max(anyone, severe + more), severe + more)
        missing -= more
    return goals


def _fatal(draw: Draw, arm: str, pairs: list[Pair], count: int) -> list[Subject]:
    """Turn one low-grade pair of each fatal term into a grade 5 and return the subjects."""
    chosen: list[Subject] = []
    for term_id in FATAL_TERMS[arm][:count]:
        free = [p for p in pairs if p.term.id == term_id and not p.high and p.subject not in chosen]
        for pair in draw.some(free, 1):
            pair.fatal = True
            chosen.append(pair.subject)
    return chosen
