"""The groups and units of a scenario file by name, made once for all checks."""

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names


@dataclass(frozen=True)
class Forces:
    """The groups and units of a file by name. Where a group and a unit share a name, it is that of the group."""

    groups: Mapping[str, Group]
    group_of: Mapping[str, Group]  # of each unit
    platform_of: Mapping[str, str]  # of each unit
    named: Mapping[str, Group]  # of each name of a group or a unit

    @property
    def suggested(self) -> set[str]:
        """Names to suggest in place of an unknown one: all groups, and the first 5000 units."""
        return {*self.groups, *list(self.group_of)[:5000]}

    def units_of(self, name: str) -> list[str]:
        """Return the units of a name: those of a group, or the unit; none for an unknown name."""
        if name in self.groups:
            return [unit for unit, _ in unit_names(self.groups[name])]
        return [name] if name in self.group_of else []

    def side_of(self, name: str) -> str | None:
        """Return the side of a unit or group."""
        group = self.named.get(name)
        return None if group is None else group.side


def forces_of(content: ScenarioFile) -> Forces:
    """Return the groups and units of a file."""
    groups = {group.name: group for group in content.groups}
    units = [(name, group, group.units[k].platform) for group in content.groups for name, k in unit_names(group)]
    group_of = {name: group for name, group, _ in units}
    return Forces(groups, group_of, {name: platform for name, _, platform in units}, group_of | groups)
