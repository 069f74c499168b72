"""Put a trained commander among those that come with Chammo: ``python -m benchmarks.ship FOLDER NAME``.

Copies weights, ONNX file, manifest and card into ``staff_ai/trained/commanders/NAME``, never the training. A folder
that cannot be read, has no ONNX file, is too large, or names a place on this machine is refused.
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

from simcore.errors import InputError
from simcore.policy_registry import is_from_source, policy_names
from staff_ai.trained import shipped
from staff_ai.trained.policy_files import FILES, MANIFEST, ONNX
from staff_ai.trained.policy_folder import read_policy

MOST_BYTES = 4_000_000
_PLACE = re.compile(r"(^|[:=,])(/|~|[A-Za-z]:\\)")  # an absolute path, also in the parameter of a policy


def ship(folder: Path, name: str, *, force: bool = False) -> Path:
    """Copy a policy into the package and return its place there. ``force`` replaces a commander."""
    if not shipped.NAME.fullmatch(name):
        raise InputError(f"{name}: no name for a commander; give small letters, digits and single hyphens")
    policy = read_policy(folder)
    target = shipped.COMMANDERS / name
    if name in policy_names() and not is_from_source(name):
        raise InputError(f"{name}: is the name of a policy already; give another name")
    if target.exists() and not force:
        raise InputError(f"{name}: is the name of a commander already; give another name, or --force to replace it")
    if ONNX not in policy.manifest["files"]:
        raise InputError(f"{folder}: has no {ONNX}; train the policy again with this version")
    if not policy.chairs:
        raise InputError(f"{folder / MANIFEST}: lists no scenarios in trained_on; train the policy with `chammo train`")
    n_bytes = sum((folder / file).stat().st_size for file in FILES)
    if n_bytes > MOST_BYTES:
        raise InputError(f"{folder}: {n_bytes:,} bytes, more than {MOST_BYTES:,}; train with smaller --hidden layers")
    places = [text for text in _texts(policy.manifest) if _PLACE.search(text)]
    if places:
        raise InputError(
            f"{folder / MANIFEST}: names a place on this machine ({places[0]}); "
            "train with scenarios and opponents by name or by relative path"
        )
    target.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        shutil.copyfile(folder / file, target / file)
    read_policy(target)
    return target


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def main(arguments: list[str] | None = None) -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ship", description="Put a trained commander among those that come with Chammo."
    )
    parser.add_argument("folder", type=Path, help="folder that `chammo train` wrote")
    parser.add_argument("name", help="name of the commander, such as strait-captain")
    parser.add_argument("--force", action="store_true", help="replace the commander of this name")
    options = parser.parse_args(arguments)
    try:
        target = ship(options.folder, options.name, force=options.force)
    except InputError as error:
        print(f"ship: {error}", file=sys.stderr)
        return 2
    policy = read_policy(target)
    print(json.dumps({"commander": options.name, "purpose": policy.purpose, "sha256": policy.sha256}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
