"""What the readers of the exports take, as JSON schemas in our own words, each with where its facts come from."""


def record(required, properties, **more):
    """Return the schema of an object with these properties and no others."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
        **more,
    }


def words(*values):
    """Return the schema of one of these texts."""
    return {"enum": list(values)}


TEXT, NUMBER, COUNT = {"type": "string"}, {"type": "number"}, {"type": "integer", "minimum": 0}
SOME = {"type": "string", "minLength": 1}
NAMES = {"type": "array", "items": TEXT}

# https://github.com/foundation50/classroom50, schemas/result-v1.schema.json, and the wiki's page Advanced Autograding,
# both looked at on 2026-11-21. A test may have more fields, which are kept.
CLASSROOM50 = record(
    "schema classroom assignment assignment_type owner submission commit release review datetime score max-score tests",
    {
        "schema": {"const": "classroom50/result/v1"},
        **{name: SOME for name in ("classroom", "assignment", "owner", "commit", "release", "review")},
        "assignment_type": words("individual", "group", "team"),
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "graded_at": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "score": COUNT,
        "max-score": COUNT,
        "submitted_by": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": SOME, "passed": {"type": "boolean"}, "score": COUNT, "max-score": COUNT},
            },
        },
    },
)

# https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format", looked at on 2026-11-21.
FORMATS = words("text", "html", "simple_format", "md", "ansi")
VISIBLE = words("hidden", "after_due_date", "after_published", "visible")
GRADESCOPE = record(
    "",
    {
        "score": NUMBER,
        "execution_time": NUMBER,
        "output": TEXT,
        "output_format": FORMATS,
        "test_output_format": FORMATS,
        "test_name_format": FORMATS,
        "visibility": VISIBLE,
        "stdout_visibility": VISIBLE,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": record(
                "",
                {
                    "score": NUMBER,
                    "max_score": NUMBER,
                    "status": words("passed", "failed"),
                    "name": TEXT,
                    "name_format": FORMATS,
                    "number": TEXT,
                    "output": TEXT,
                    "output_format": FORMATS,
                    "tags": NAMES,
                    "visibility": VISIBLE,
                    "extra_data": {"type": "object"},
                },
            ),
        },
    },
    anyOf=[{"required": ["score"]}, {"required": ["tests"]}],
)

# https://exercism.org/docs/building/tooling/test-runners/interface, version 3, looked at on 2026-11-21.
MESSAGE = {"type": ["string", "null"], "maxLength": 65535}
EXERCISM = record(
    "version status",
    {
        "version": {"const": 3},
        "status": words("pass", "fail", "error"),
        "message": MESSAGE,
        "tests": {
            "type": "array",
            "items": record(
                "name status",
                {
                    "name": SOME,
                    "status": words("pass", "fail", "error"),
                    "message": MESSAGE,
                    "output": {"type": ["string", "null"], "maxLength": 500},
                    "test_code": TEXT,
                    "task_id": {"type": "integer", "minimum": 1},
                },
            ),
        },
    },
    allOf=[
        {
            "if": {"properties": {"status": {"const": "error"}}},
            "then": {"required": ["message"], "properties": {"message": SOME}},
            "else": {"required": ["tests"], "properties": {"message": {"type": "null"}}},
        }
    ],
)
