"""The one family of exceptions that users meet. A message says where, what and what to do."""


class WargameError(Exception):
    """Base of all errors that are the user's to solve; the command line prints it and exits with ``exit_code``."""

    exit_code = 1


class InputError(WargameError):
    """A file, name or argument is wrong."""

    exit_code = 2


class ScenarioError(InputError):
    """A scenario is wrong. ``problems`` holds every problem found, one ``where: what; what to do`` each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class RunError(WargameError):
    """The work failed although the input was right."""
