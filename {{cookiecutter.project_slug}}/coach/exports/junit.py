"""JUnit's XML, as GitLab, Jenkins and most others read it: an exercise is a test suite, a check is a test case.

There is no standard. This keeps to what the schema of Jenkins' xUnit plugin (junit-10.xsd) allows, and to what GitLab
reads: a case's `classname`, `name` and the text of its `failure`. Points have no place in it.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from coach.checks.vocabulary import ERROR, NOT_STARTED, NOT_YET, SKIPPED
from coach.exports.texts import facts, one_line

# An error is the coach's own fault. What waits for another check, or has not been begun, has not been tried.
ELEMENTS = {NOT_YET: "failure", ERROR: "error", SKIPPED: "skipped", NOT_STARTED: "skipped"}
NOT_USED = "changed in this repository; the instructor's copy was used"


def text(result):
    """Return a Result as JUnit's XML."""
    suites = [suite(one.exercise, [case(one, c) for c in one.checks]) for one in result.exercises]
    if result.edited:
        suites.append(suite("edited", [edited(path) for path in result.edited]))
    root = ET.Element("testsuites", name="coach", **totals(suites, "tests", "failures", "errors"))
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def suite(name, cases):
    """Return a test suite that counts its cases."""
    elements = [child.tag for one in cases for child in one]
    found = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(elements.count("failure")),
        errors=str(elements.count("error")),
        skipped=str(elements.count("skipped")),
    )
    found.extend(cases)
    return found


def totals(suites, *names):
    """Return the sums of what the suites count."""
    return {name: str(sum(int(one.get(name)) for one in suites)) for name in names}


def case(exercise, check):
    """Return a check as a test case; its name is unique, as GitLab passes over a second one of the same name."""
    name, outcome = f"{check.check}: {one_line(check.title)}", exercise.outcome(check)
    found = ET.Element("testcase", classname=exercise.exercise, name=name)
    if outcome in ELEMENTS:
        message = outcome if outcome == NOT_STARTED else one_line(check.found) or outcome
        child = ET.SubElement(found, ELEMENTS[outcome], type=outcome, message=message)
        if ELEMENTS[outcome] != "skipped":
            child.text = facts(check)
    return found


def edited(path):
    """Return an edited file as a case that was not tried, so that it is seen and named."""
    found = ET.Element("testcase", classname="edited", name=one_line(path))
    ET.SubElement(found, "skipped", type="edited", message=NOT_USED)
    return found
