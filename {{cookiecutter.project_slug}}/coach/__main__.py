"""`python -m coach`; `doctor` works before anything is installed, so it goes first and imports no library."""

import sys


def main():
    if sys.argv[1:2] == ["doctor"]:
        from coach import doctor

        return doctor.main(sys.argv[2:])
    try:
        from coach.cli import run
    except ModuleNotFoundError as error:
        print(f"The coach needs the package {error.name}, which is not in this environment: {sys.prefix}.")
        print("Next: `pipenv install --dev`, then `pipenv run coach`.")
        return 3
    return run()


if __name__ == "__main__":
    sys.exit(main())
