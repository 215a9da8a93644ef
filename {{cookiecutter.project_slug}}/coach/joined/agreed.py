"""What both sides of the board agree on; it imports nothing, as every check loads it."""

MOST_EVENTS, MOST_CHECKS = 50, 60  # in one request, in one report
LONGEST_NAME, LONGEST_MESSAGE = 60, 200  # characters
LARGEST = 64 * 1024  # bytes of a request


def plain(code) -> str:
    """Return a code's letters and digits alone, as small letters, spaces and dashes are forgiven."""
    return "".join(each for each in code.upper() if each.isalnum())
