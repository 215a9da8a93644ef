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
        #~ if cookiecutter.kind == 'workshop'
        from coach.cli import app
        #~ else
        from coach.buckets.cli import group as app
        #~ endif
        from coach.errors import run
    except ModuleNotFoundError as error:
        print(f"The coach needs {error.name}, which is not in this environment ({sys.prefix}).")
        print("Next: `pipenv run coach` (`pipenv install --dev` first, if you have not done so).")
        return 3
    launcher.install()
    return run(app)


if __name__ == "__main__":
    sys.exit(main())
