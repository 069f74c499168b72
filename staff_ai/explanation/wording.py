"""Wording of courses, conditions, requests, numbers and times in a language, by the tables of texts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from agents.doctrine import doctrines
from logistics.tables.aligned import clock
from scenarios.run.policies import read_policy_text
from simcore.errors import InputError
from simcore.policy import Briefing
from staff_ai.courses.course import BaseKind, Course, Edit, EditVerb
from staff_ai.courses.gate import Refusal
from staff_ai.explanation import english, korean
from staff_ai.explanation.explanation import Request
from staff_ai.explanation.particles import settle_particles
from staff_ai.explanation.parting import EventGap
from staff_ai.explanation.switch_rules import SwitchRule
from staff_ai.explanation.world_variables import OR, Variable
from staff_ai.trained.shipped import shipped_names

LANGUAGES = ("en", "ko")
TRAINED = "trained"
"""The policy of a trained commander in a folder."""
_TABLES = {"en": english.TEXT, "ko": korean.TEXT}
_MOST_GROUPS = 3


class Wording:
    """Texts in a language.

    ``briefing`` gives the names of zones near a point, ``local`` the names of the scenario in this language, by kind of
    thing and by their English names.
    """

    def __init__(self, language: str, briefing: Briefing, local: Mapping[str, Mapping[str, str]] | None = None) -> None:
        if language not in _TABLES:
            raise InputError(f"--lang {language}: unknown; give {' or '.join(LANGUAGES)}")
        self.language = language
        self._table = _TABLES[language]
        self._briefing = briefing
        self._names: dict[str, str] = {}
        self._local = local or {}

    def know(self, courses: Sequence[Course]) -> None:
        """Enter courses, so that reasons that name them name them in this language."""
        self._names.update({course.name: self.course(course) for course in courses})

    def text(self, key: str, **values: object) -> str:
        """Return the text of a key, filled in."""
        found = self._table[key].format(**values)
        return settle_particles(found) if self.language == "ko" else found

    def named(self, kind: str, name: str) -> str:
        """Return the name of a thing of the scenario in this language, where it has one."""
        usual = korean.SIDES if kind == "sides" and self.language == "ko" else {}
        return self._local.get(kind, {}).get(name) or usual.get(name, name)

    def has(self, key: str) -> bool:
        """Return whether there is a text."""
        return key in self._table

    def time(self, time_s: float) -> str:
        """Return a time as h:mm:ss."""
        return clock(time_s)

    def listed(self, names: Sequence[str], most: int = _MOST_GROUPS) -> str:
        """Return groups as a list; those beyond ``most`` are counted."""
        names = [self.named("groups", name) for name in names]
        if len(names) > most:
            return ", ".join(names[: most - 1]) + self._comma(self.text("more", n=len(names) - most + 1))
        if len(names) < 2:
            return "".join(names)
        return self.text("and", first=", ".join(names[:-1]), last=names[-1])

    def _comma(self, text: str) -> str:
        return f" {text}" if self.language == "ko" else f" and {text}"

    def policy(self, text: str) -> str:
        """Return the name of a policy ``name:parameter=value``."""
        name, mark, parameters = text.partition(":")
        key = f"policy.{name}"
        found = self.text(key) if self.has(key) else name
        return f"{found} ({parameters})" if mark else found

    def followed(self, text: str) -> str:
        """Return a policy of the enemy as that which he follows: a doctrine, or his own plan."""
        found = self.policy(text)
        return found if text == "hold" else self.text("course.policy", name=found)

    def commander(self, text: str) -> str:
        """Return a policy as a course in words: a doctrine, a trained commander with its folder, or another policy."""
        name, parameters = read_policy_text(text, "course")
        if name == TRAINED or name in shipped_names():
            folder = PurePath(str(parameters.get("folder", name))).name
            return self.text("course.trained", name=folder)
        return self.text("course.policy" if name in doctrines() else "course.other", name=self.policy(text))

    def course(self, course: Course) -> str:
        """Return a course in words."""
        base = course.base
        if base.kind == BaseKind.CONTINUE:
            found = self.text("course.continue")
        elif base.kind == BaseKind.PLAN or (base.kind == BaseKind.POLICY and base.policy == "hold"):
            found = self.text("course.plan")
        elif base.kind == BaseKind.POLICY:
            found = self.commander(base.policy)
        else:
            return course.name
        if not course.edits:
            return found
        edits = ", ".join(self._edit(edit) for edit in course.edits)
        return self.text("course.edited", base=found, edits=edits)

    def spoken(self, course: Course) -> str:
        """Return a course in words that are read aloud: without the parameters of a doctrine."""
        name, mark, _ = course.base.policy.partition(":")
        if not mark or name not in doctrines():
            return self.course(course)
        return self.course(replace(course, base=replace(course.base, policy=name)))

    def _edit(self, edit: Edit) -> str:
        key = f"edit.{edit.verb.value}"
        return self.text(
            key,
            groups=self.listed(edit.groups),
            until=self.time(min(edit.until_s, self._briefing.duration_s)),
            place=self.place(edit.x_m, edit.y_m) if edit.verb in (EditVerb.ATTACK, EditVerb.MOVE) else "",
            roe=self.text(f"roe.{edit.roe}") if self.has(f"roe.{edit.roe}") else edit.roe,
            emcon=self.text(f"emcon.{edit.emcon}") if self.has(f"emcon.{edit.emcon}") else edit.emcon,
        )

    def place(self, x_m: float, y_m: float, zone: str = "") -> str:
        """Return a point: the zone around it, if any, and its coordinates."""
        b = self._briefing
        if not zone and len(b.zone_names):
            away = np.hypot(b.zone_centre_m[0] - x_m, b.zone_centre_m[1] - y_m) - b.zone_radius_m
            nearest = int(np.argmin(away))
            zone = b.zone_names[nearest] if away[nearest] <= 0.0 else ""
        zone = self.named("places", zone)
        where = {
            "x": number(abs(x_m) / 1e3, 1),
            "y": number(abs(y_m) / 1e3, 1),
            "x_way": self.text("way.west" if x_m < 0.0 else "way.east"),
            "y_way": self.text("way.south" if y_m < 0.0 else "way.north"),
        }
        return self.text("place.zone", zone=zone, **where) if zone else self.text("place", **where)

    def condition(self, variable: Variable, is_above: bool, threshold: float) -> str:
        """Return a condition of a switch rule."""
        if variable.kind == "silent":
            return self.text("if.silent" if is_above else "if.on_air", kind=self.kind(variable.subject))
        if not variable.is_number:
            name = self.text("or").join(map(self.followed, variable.subject.split(OR)))
            return self.text("if.doctrine" if is_above else "if.no_doctrine", name=name)
        return self.text(
            "if.above" if is_above else "if.below",
            n=int(np.floor(threshold)),
            kind=self.kind(variable.subject),
            area=self._table[f"area.{variable.area}"],
        )

    def conditions(self, rule: SwitchRule) -> str:
        """Return all conditions of a rule."""
        words = [self.condition(*one) for one in rule.conditions]
        if len(words) == 1:
            return words[0]
        if self.language == "ko":
            words[0] = re.sub("넘으면$", "넘고", re.sub("이하이면$", "이하이고", re.sub("으면$", "고", words[0])))
            words[0] = re.sub("따르면$", "따르고", re.sub("않으면$", "않고", words[0]))
            words[0] = re.sub("있으면$", "있고", words[0])
        return self.text("if.and", first=words[0], second=words[1])

    def kind(self, title: str) -> str:
        """Return a kind of enemy unit, or all of them."""
        return self.text("kind", kind=self.named("titles", title)) if title else self.text("kind.all")

    def wanted(self, variable: Variable) -> str:
        """Return the subject of a request."""
        if variable.kind == "policy":
            return self.text("find.policy")
        if variable.kind == "silent":
            return self.text("find.silent", kind=self.kind(variable.subject))
        if not variable.is_number:
            return self.text("find.doctrine", name=self.followed(variable.subject))
        area = self._table[f"find.area.{variable.area}"]
        return self.text("find.number", kind=self.kind(variable.subject), area=area)

    def request(self, request: Request) -> str:
        """Return a request for reconnaissance."""
        value = request.value.value
        numbers = {"value": number(value.value), "low": number(value.low), "high": number(value.high)}
        what = self.wanted(request.value.variable)
        if np.isnan(request.x_m):
            return self.text("find.no_place", what=what, **numbers)
        return self.text("find.place", what=what, place=self.place(request.x_m, request.y_m, request.zone), **numbers)

    def event(self, gap: EventGap) -> str:
        """Return the kind of events that differs most."""
        subject = self.named("groups" if gap.is_own else "titles", gap.subject)
        subject = subject if gap.is_own else self.text("event.enemy", subject=subject)
        return self.text(f"event.{gap.kind.name.lower()}", subject=subject)

    def reason(self, text: str) -> str:
        """Return a reason of the gate or the staff; in the words of the code where there is no other wording."""
        quoted = re.search(r"'(.+)'", text)
        if quoted is not None and quoted.group(1) in self._names:
            text = text.replace(quoted.group(0), f"'{self._names[quoted.group(1)]}'")
        if self.language == "ko":
            for pattern, words in korean.REASONS:
                match = re.fullmatch(pattern, text)
                if match:
                    return settle_particles(words.format(*match.groups()))
        return text

    def refusal(self, refusal: Refusal) -> str:
        """Return the reason against a course."""
        key = "refused.budget" if refusal.criterion == "budget" else "refused.line"
        criterion = f"criterion.{refusal.criterion}"
        return self.text(
            key,
            criterion=self.text(criterion) if self.has(criterion) else refusal.criterion,
            reason=self.reason(refusal.reason),
        )

    def measured(self, measure: str, value: float) -> str:
        """Return the value of a measure: losses in per cent."""
        if measure in ("own_loss", "enemy_loss"):
            return f"{number(100.0 * value, 0)} %"
        return number(value)


def number(value: float, digits: int = 2) -> str:
    """Return a number with a plain minus; -0.00 is 0.00. Unknown and infinite values are a dash."""
    if not np.isfinite(value):
        return "-"
    text = f"{value:.{digits}f}"
    return text[1:] if float(text) == 0.0 and text.startswith("-") else text


def per_cent(value: float) -> str:
    """Return a share in per cent, without the sign."""
    return number(100.0 * value, 0)
