"""`classroom50/result/v1`: the result.json that an autograder.py of Classroom 50 leaves; an exercise is a test.

Fields: https://github.com/foundation50/classroom50, schemas/result-v1.schema.json and the wiki's page Advanced Autograding.
Who, what and where stand in variables that its runner sets.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timezone

from coach.checks.vocabulary import PASSED
from coach.environment import Trouble
from coach.exports.texts import facts

VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}


def text(result):
    """Return a Result as Classroom 50 reads it."""
    found = {
        "schema": "classroom50/result/v1",
        **from_runner(os.environ),
        "datetime": submitted(),
        "score": result.points,
        "max-score": result.max_points,
        "tests": [test(one, result.edited) for one in result.exercises],
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def from_runner(environment):
    """Return what the runner says of the submission; a Trouble names each variable that is missing."""
    missing = [name for name in VARIABLES.values() if not environment.get(name)]
    if missing:
        raise Trouble(
            found="no " + ", ".join(missing),
            expected="the variables that Classroom 50's runner sets for an autograder.py",
            where="the environment",
            next="`coach export classroom50` in the autograder.py of an assignment",
        )
    known = {field: environment[name] for field, name in VARIABLES.items()}
    return {**known, "review": environment.get("REVIEW_URL") or known["commit"]}


def submitted():
    """Return when the graded commit was made, which no later grading changes."""
    command = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(
            found="no commit",
            expected="the learner's repository, whose last commit has the time of the submission",
            where=os.getcwd(),
            next="`cd` to the learner's repository, then `coach export classroom50` once more",
        )
    return datetime.fromtimestamp(int(done.stdout), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def test(exercise, edited):
    """Return an exercise as a test; what is more than the four fields is kept by its readers."""
    failed = exercise.first_failure
    its_own = (f"exercises/{exercise.exercise}/", "coach/")
    changed = [path for path in edited if path.startswith(its_own)]
    return {
        "test-name": exercise.exercise,
        "passed": exercise.verdict == PASSED,
        "score": exercise.points,
        "max-score": exercise.max_points,
        "verdict": exercise.verdict,
        **({"message": f"{failed.title}\n{facts(failed)}"} if failed else {}),
        **({"edited": changed} if changed else {}),
    }
