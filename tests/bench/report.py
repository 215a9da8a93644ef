"""Make the table and the plots of README.md from the rows of results.json."""


def line(row):
    """Return a row as one line for a terminal."""
    reached = "reached" if row["reached"] else "NOT reached"
    return "{name}: {ours} {unit}, peer {peer} {unit}, ratio {ratio}, goal {goal}: ".format(**row) + reached


def write(rows):
    """Write the table and the plots."""
