"""`python -m coach`; `doctor` works before anything is installed, so it goes first and imports no library."""

import sys

# The learner's folder goes last: a file of theirs named `random.py` must not stand in for Python's own.
sys.path.append(sys.path.pop(0))

from coach import launcher  # noqa: E402


def main():
    if sys.argv[1:2] == ["doctor"]:
        from coach.doctor import diagnose

        return diagnose.main(sys.argv[2:])
    try:
        app = command_line()
        from coach.errors import run
    except ModuleNotFoundError as error:
        print(f"The coach needs {error.name}, which is not in this environment ({sys.prefix}).")
        print("Next: `pipenv run coach` (`pipenv install --dev` first, if you have not done so).")
        return 3
    launcher.install()
    return run(app)


def command_line():
    """Return what answers the command; the library of commands is loaded only where it is needed."""
    #~ if cookiecutter.kind == 'workshop'
    if sys.argv[1:2] == ["worker"]:  # what `coach watch` starts
        from coach.loop.worker import main

        return main
    if sys.argv[1:2] == ["deliver"]:  # what a check starts where a class was joined
        from coach.joined.sender import main

        return main
    if not sys.argv[1:]:
        from coach.overview import here

        return here
    from coach.cli import app

    #~ else
    from coach.buckets.cli import group as app

    #~ endif
    return lambda: app(prog_name="coach")


if __name__ == "__main__":
    sys.exit(main())
