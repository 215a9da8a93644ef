"""What the template's tests share: the template's folder, generated workshops, and states of a workshop."""

import os
import shutil

import pytest
from states import TEMPLATE, States, generate, surroundings


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory):
    """Run everything with an identity for Git, an empty HOME and no settings of this machine's user."""
    os.environ.update(surroundings(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def template():
    """Return the template's folder."""
    return TEMPLATE


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Return a workshop with the default answers; to look at, not to change."""
    return generate(tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="session")
def states():
    """Return the workshop after each exercise, made once and kept below build/."""
    return States()


@pytest.fixture
def at(states, tmp_path):
    """Return a function that copies a state and starts its buckets; they are stopped at the end."""
    started = []

    def copy(number, saves=False):
        workshop = states.copy(number, tmp_path / "state", saves)
        workshop.start_buckets()
        started.append(workshop)
        return workshop

    yield copy
    for workshop in started:
        workshop.stop_buckets()
    shutil.rmtree(tmp_path / "state", ignore_errors=True)
