"""``chammo new``: a complete scenario or a policy to start from, with comments."""

import re
from argparse import ArgumentParser, Namespace
from importlib.resources import files
from pathlib import Path

from scenarios.command import Command

_EXAMPLES = """examples:
  chammo new my-ambush.yaml
  chammo new --policy my_policy.py
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo new``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("file", type=Path, metavar="FILE", help="file to write: .yaml, or .py with --policy")
    parser.add_argument("--policy", action="store_true", help="write a policy in Python instead of a scenario")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def execute(options: Namespace) -> int:
    """Run ``chammo new``."""
    from simcore.errors import InputError

    path: Path = options.file
    wanted = ".py" if options.policy else ".yaml"
    if path.suffix not in ((".py",) if options.policy else (".yaml", ".yml")):
        raise InputError(f"{path}: is no name of a {'policy' if options.policy else 'scenario'}; end it in {wanted}")
    name = path.stem
    if options.policy and not name.isidentifier():
        raise InputError(f"{path}: is no name of a Python module; use letters, digits and _ such as my_policy.py")
    if not options.policy and not re.fullmatch(r"\w(?:[\w.+-]*[\w+])?", name):
        raise InputError(f"{path}: is no name of a scenario; use letters, digits, - and _ such as my-ambush.yaml")
    if path.exists() and not options.force:
        raise InputError(f"{path}: exists; choose another name, or give --force to replace it")
    write_template(path, is_policy=options.policy)
    print(f"wrote {path}\n\nNext")
    if options.policy:
        print(f"  chammo run two-patrols --blue {path}:Patrol    play it; the file is code, and this runs it")
        print("  docs/how-to/write-a-policy.md    what a policy sees and orders")
    else:
        print(f"  chammo validate {path}    find mistakes after your changes")
        print(f"  chammo show {path}    the map, the forces and what decides")
        print(f"  chammo run {path}    play it once")
    return 0


def write_template(path: Path, *, is_policy: bool) -> None:
    """Write the example of a policy or of a scenario; the scenario is named after the file."""
    source = files("scenarios").joinpath("template", "policy.txt" if is_policy else "scenario.yaml")
    text = source.read_text(encoding="utf-8")
    text = text.replace("FILE", path.name) if is_policy else text.replace("name: NAME", f"name: {path.stem}", 1)
    path.write_text(text, encoding="utf-8")


NEW = Command("write a complete scenario or policy to start from", configure, execute)
