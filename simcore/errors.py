"""The exceptions reported to users. A message gives the place, the fault and the remedy."""


class WargameError(Exception):
    """Base of all errors that a user can solve; the command line prints the message and exits with ``exit_code``."""

    exit_code = 1


class InputError(WargameError):
    """A file, name or argument is wrong."""

    exit_code = 2


class ScenarioError(InputError):
    """A scenario is wrong. ``problems`` holds every problem found, each as ``place: fault; remedy``."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class RunError(WargameError):
    """The work failed although the input was right."""
