"""Make the table and the plots of README.md from the rows of results.json."""

import json
from pathlib import Path

HERE = Path(__file__).parent
README = HERE / "README.md"
START, END = "<!-- made from results.json: start -->", "<!-- made from results.json: end -->"
HEAD = ("what, and against what", "ours", "peer", "ratio", "goal", "reached", "what the limit is")


def line(row):
    """Return a row as one line for a terminal."""
    reached = "reached" if row["reached"] else "NOT reached"
    return "{name}: {ours} {unit}, peer {peer} {unit}, ratio {ratio}, goal {goal}: ".format(**row) + reached


def write(rows):
    """Write the table and the plots, and put them between the marks of README.md."""
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    made = table(rows)
    for name, chart in (("speed", speed(rows)), ("growth", growth(rows))):
        (HERE / f"{name}.svg").write_text(drawn(chart), encoding="utf-8")
        made += f"\n![{chart['title']}]({name}.svg)\n"
    README.write_text(f"{before}{START}\n\n{made}\n{END}{after}", encoding="utf-8")


def table(rows):
    """Return the rows as a table of Markdown; a value is the median, and in brackets the least and the most."""
    lines = [HEAD, ("---",) * len(HEAD)]
    for row in rows:
        values = [
            "{:g} {} ({:g}–{:g})".format(row[side], row["unit"], *row["spread"][side]) for side in ("ours", "peer")
        ]
        reached = "yes" if row["reached"] else "**no**"
        lines.append((row["name"], *values, f"{row['ratio']:g}", row["goal"], reached, row["limit"]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def speed(rows):
    """Return the chart of how many times faster each row is than its peer, with a tick for the goal."""
    shown = [
        {"row": row["name"], "times": row["ratio"], "goal": float(row["goal"].split()[1])}
        for row in rows
        if row["goal"].startswith("≥") and "×" in row["goal"]
    ]
    y = {"field": "row", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 500}}
    scale = {"type": "log", "domainMin": 1}
    return {
        "width": 420,
        "data": {"values": shown},
        "title": "Times faster than the peer; the tick is the goal",
        "layer": [
            {
                "mark": {"type": "bar", "color": "#4c78a8"},
                "encoding": {
                    "x": {"field": "times", "type": "quantitative", "scale": scale, "title": "times (logarithmic)"},
                    "x2": {"datum": 1},
                    "y": y,
                },
            },
            {
                "mark": {"type": "tick", "color": "#e45756", "thickness": 3},
                "encoding": {"x": {"field": "goal", "type": "quantitative"}, "y": y},
            },
        ],
    }


def growth(rows):
    """Return the chart of the time against the number of images."""
    shown = []
    for row in rows:
        group, what, rest = (row["name"] + ": :").split(": ")[:3]
        if group == "growth" and row["unit"] == "s":
            size = int(rest.split()[0].replace(",", ""))
            shown.append({"images": size, "seconds": row["ours"], "what": what})
    axis = {"scale": {"type": "log"}, "type": "quantitative"}
    return {
        "width": 420,
        "data": {"values": shown},
        "title": "Time as the data grows",
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "images", **axis, "axis": {"values": [10**power for power in range(3, 7)]}},
            "y": {"field": "seconds", **axis},
            "color": {"field": "what", "title": None, "legend": {"orient": "bottom", "columnPadding": 30}},
        },
    }


def drawn(chart):
    """Return a chart of Vega-Lite as SVG."""
    import vl_convert

    room = {"left": 60, "right": 60, "top": 5, "bottom": 5}  # where the reader's font is wider than the one drawn with
    return vl_convert.vegalite_to_svg(json.dumps({**chart, "padding": room})) + "\n"
