"""The command line ``chammo``.

Commands are discovered through entry points, and only the module of the called command is imported. Exit codes:
0 success, 1 failure, 2 invalid input, 130 interrupted. Users see a traceback only with CHAMMO_DEBUG=1.
"""

import gc
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from contextlib import suppress

from scenarios.command import GROUP, AnyCommand
from simcore.errors import InputError, WargameError
from simcore.plugins import OWN_PACKAGE, Plugin, claimants_text, find_plugins, package_of, printable, warn

ORDER = (
    "list",
    "show",
    "validate",
    "schema",
    "generate",
    "new",
    "run",
    "batch",
    "compare",
    "sweep",
    "approvals",
    "replay",
    "report",
    "export",
    "train",
    "evaluate",
    "league",
    "assess",
    "advise",
    "maintenance",
    "network",
    "medical",
    "verify",
    "bench",
)
"""Commands in the order of the help text; others follow by name."""


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(100_000, 50, 50)  # imports create many permanent objects; saves a tenth of the start
    try:
        return _run(arguments)
    except BrokenPipeError:
        _silence_output()
        return 0
    except KeyboardInterrupt:
        print("chammo: interrupted", file=sys.stderr)
        return 130
    except WargameError as error:
        if os.environ.get("CHAMMO_DEBUG"):
            raise
        for line in str(error).splitlines() or ["failed without a message"]:
            print(f"chammo: {printable(line)}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if os.environ.get("CHAMMO_DEBUG"):
            raise
        where = error.filename or "the file system"
        reason = (error.strerror or str(error)).lower()
        text = f"chammo: {where}: {reason}; check the path, its permissions and the free space"
        print(printable(text), file=sys.stderr)
        return 1
    except MemoryError:
        print("chammo: out of memory; take fewer units, replications or threads", file=sys.stderr)
        return 1
    except Exception as error:  # last resort: report a defect of Chammo in a single line
        if os.environ.get("CHAMMO_DEBUG"):
            raise
        message = printable(" ".join(str(error).split())[:300])
        print(
            f"chammo: internal error: {type(error).__name__}: {message}; "
            "this is a defect of chammo: run again with CHAMMO_DEBUG=1 and report the trace",
            file=sys.stderr,
        )
        return 1


def _run(arguments: list[str]) -> int:
    claimed = find_plugins(GROUP)
    entries = {name: claimants[0] for name, claimants in claimed.items() if len(claimants) == 1}
    parser = ArgumentParser(
        prog="chammo",
        description="An open wargame engine: unmanned systems, logistics and an AI staff.",
        epilog="example:\n  chammo show joint-littoral-defence\n\n`chammo COMMAND --help` explains a command.",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"chammo {_version(claimed)}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    called = next((argument for argument in arguments if not argument.startswith("-")), None)
    if called in claimed and called not in entries:
        raise InputError(f"{called}: claimed by {claimants_text(claimed[called])}; remove one of the packages")
    chosen = {called: entries[called]} if called in entries else entries
    loaded: dict[str, AnyCommand] = {}
    for name, entry in sorted(chosen.items(), key=lambda item: _rank(item[0])):
        try:
            command = loaded[name] = _load(entry)
        except WargameError as error:
            if name == called:
                raise
            warn(f"{error}; left out of the list")
            continue
        sub = commands.add_parser(
            name,
            help=command.summary,
            description=command.summary,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.configure(sub)
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    code = loaded[options.command].execute(options)
    sys.stdout.flush()
    return code


def _load(entry: Plugin) -> AnyCommand:
    """Return the command of an entry point. Raises ``WargameError`` if its module cannot be imported."""
    package = package_of(entry)
    try:
        command: object = entry.load()
    except (Exception, SystemExit) as error:  # third-party code: imports may fail in any way
        if os.environ.get("CHAMMO_DEBUG") and not isinstance(error, SystemExit):
            raise
        is_own = package.partition(" ")[0] == OWN_PACKAGE
        advice = "its optional packages may be missing: pip install 'chammo[viz]'" if is_own else "remove or repair it"
        text = f"{type(error).__name__}: {error}"
        raise WargameError(f"{entry.name}: the command of {package} cannot be loaded ({text}); {advice}") from None
    if not isinstance(command, AnyCommand):
        raise WargameError(f"{entry.name}: {entry.value} of {package} is not a Command; remove or repair that package")
    return command


def _rank(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _version(claimed: Mapping[str, Sequence[Plugin]]) -> str:
    """Return the version of the package that provides the commands."""
    own = (plugin.version for claimants in claimed.values() for plugin in claimants if plugin.package == OWN_PACKAGE)
    return next(own, "(not installed)")


def _silence_output() -> None:
    """Discard the remaining output, so that closing it at exit raises no error."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
