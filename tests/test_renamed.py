"""Other answers than the default ones: another name, package and prefix, MNIST's parameters, buckets in the cloud."""

import json

import pytest
from states import Workshop, generate

ANSWERS = {"project_slug": "ml-course", "package_name": "vision", "bucket_prefix": "acme-ml"}


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """Return a workshop with other names, its buckets running."""
    made = generate(tmp_path_factory.mktemp("local"), **ANSWERS)
    with Workshop(made).buckets() as workshop:
        yield workshop


def verdict(workshop, exercise):
    """Return an exercise's verdict and what is not yet right."""
    result = json.loads(workshop.coach("check", exercise, "--json", check=False).stdout)["exercises"][0]
    return result["verdict"], [check for check in result["checks"] if check["verdict"] == "not yet"]


def test_renamed_workshop_passes(local):
    """The first exercises with data pass under other names by their solutions."""
    for exercise in ("02", "03", "04"):
        local.play("solve", exercise)
        assert verdict(local, exercise) == ("passed", [])


def test_cloud_workshop_passes(local, tmp_path):
    """With `cloud` the same exercises run against two buckets of one's own; a server stands in for the cloud's address."""
    made = generate(tmp_path, buckets="cloud", **ANSWERS)
    assert "STORAGE_EMULATOR_HOST" not in (made / ".env").read_text()
    workshop = Workshop(made)
    workshop.env["STORAGE_EMULATOR_HOST"] = local.env["STORAGE_EMULATOR_HOST"]
    for exercise in ("02", "03"):
        workshop.play("solve", exercise)
        assert verdict(workshop, exercise) == ("passed", [])
