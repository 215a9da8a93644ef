"""A late-comer: from an untouched start, `coach catch-up` does everything before the last exercise."""

import json

from states import exercise_ids


def test_late_comer_catches_up_to_the_end(states, tmp_path):
    """Catching up exercise by exercise, then solving the last one, leaves every exercise passed."""
    with states.copy(0, tmp_path).buckets() as workshop:
        for exercise in exercise_ids()[1:]:
            done = workshop.coach("catch-up", exercise, check=False)
            assert done.returncode == 0, f"catch-up {exercise}:\n{done.stdout}\n{done.stderr}"
        workshop.play("solve", exercise_ids()[-1])
        result = json.loads(workshop.coach("check", "--all", "--json", check=False).stdout)
        late = {e["exercise"]: e["checks"] for e in result["exercises"] if e["verdict"] != "passed"}
        assert not late, late
        assert "All exercises have passed" in workshop.coach().stdout
        shown = workshop.run("dvc", "metrics", "show", "--json").stdout
        scores = json.loads(shown)[""]["data"]["reports/metrics.json"]["data"]
        assert scores["accuracy"] >= 0.97
