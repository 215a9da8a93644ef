"""How the page of a class report looks: in light and dark, on a telephone and on a projector, and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --back: #fbfbf9; --paper: #ffffff; --text: #1c2126; --muted: #58616b; --line: #d5d9dd; --link: #1b5fae;
  --passed: #cfeed8; --on-passed: #0c4a21; --part: #e4f0cf; --on-part: #36480c;
  --word: #d3e8f7; --on-word: #0d466b; --notyet: #ffdfae; --on-notyet: #5b3600;
  --error: #ffd3cd; --on-error: #7a1509; --unseen: #e9ebee; --on-unseen: #4a535d;
  --gained: #2c9a51; --could: #bcc3ca;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171a; --paper: #1b1f23; --text: #e6e9ec; --muted: #a3adb8; --line: #363d44; --link: #8ec2ff;
    --passed: #174d2b; --on-passed: #c4f5d3; --part: #3a4a18; --on-part: #e3f3bb;
    --word: #17425f; --on-word: #cde9ff; --notyet: #66420a; --on-notyet: #ffe6bf;
    --error: #74231a; --on-error: #ffdcd6; --unseen: #2b3138; --on-unseen: #b7c0ca;
    --gained: #4cc274; --could: #4d565f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 100rem; margin: 0 auto; padding: 1rem clamp(0.75rem, 2vw, 2rem) 4rem; }
h1 { font-size: clamp(1.4rem, 3vw, 2rem); line-height: 1.2; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
p, li { max-width: 75ch; overflow-wrap: anywhere; }
p { margin: 0.25rem 0 0.75rem; }
header p, section > p, small { color: var(--muted); }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .frame:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.75rem; list-style: none; padding: 0; }
.tiles li { background: var(--paper); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.5rem 1rem; }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.2; }
.frame { overflow: auto; max-height: 85vh; background: var(--paper); border: 1px solid var(--line);
  border-radius: 0.5rem; }
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); border-right: 1px solid var(--line); text-align: left;
  vertical-align: top; background: var(--paper); }
tbody tr:last-child > * { border-bottom: 0; }
tr > :last-child { border-right: 0; }
thead th { position: sticky; top: 0; z-index: 2; }
tr > th:first-child { position: sticky; left: 0; z-index: 1; }
thead tr:first-child > th:first-child { z-index: 3; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
.overview { width: 100%; font-size: 0.875rem; }
.overview th, .overview td { padding: 0.3rem 0.35rem; }
.overview th:first-child { min-width: 7.5rem; max-width: 16rem; }
.overview thead th { min-width: 4.9rem; vertical-align: bottom; }
.overview small { display: block; font-weight: 400; font-size: 0.75rem; line-height: 1.3; }
.overview td b { font-weight: 600; font-size: 0.78rem; white-space: nowrap; }
.overview td.none b { font-weight: 400; }
.overview td small { color: inherit; white-space: nowrap; }
.overview .flag { color: var(--on-notyet); background: var(--notyet); border-radius: 0.25rem; padding: 0 0.35rem;
  width: fit-content; margin-top: 0.15rem; }
.points { white-space: nowrap; }
.points svg { display: block; width: 100%; min-width: 5rem; height: 6px; margin-top: 0.3rem; border-radius: 3px;
  background: var(--unseen); }
.could { fill: var(--could); }
.gained { fill: var(--gained); }
.passed { background: var(--passed); color: var(--on-passed); }
.part { background: var(--part); color: var(--on-part); }
.word { background: var(--word); color: var(--on-word); }
.notyet { background: var(--notyet); color: var(--on-notyet); }
.error { background: var(--error); color: var(--on-error); }
.unseen, .waits { background: var(--unseen); color: var(--on-unseen); }
.none { color: var(--muted); }
.map { font-size: 0.75rem; line-height: 1.2; }
.map th, .map td { padding: 0.15rem 0; min-width: 0.8rem; text-align: center; border-right: 0; }
.map .first { border-left: 2px solid var(--line); }
.map tr > th[scope="row"], .map thead tr:first-child > th:first-child { text-align: left; padding: 0.15rem 0.5rem;
  min-width: 7rem; max-width: 12rem; }
.map tr > th[scope="row"] { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.map thead tr:first-child th { height: 1.6rem; }
.map thead tr:nth-child(2) th { top: 1.6rem; font-weight: 400; position: sticky; left: auto; z-index: 2; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; margin: 0.5rem 0; }
.legend span { display: inline-block; min-width: 1.5rem; text-align: center; border-radius: 0.25rem;
  font-size: 0.8rem; border: 1px solid var(--line); }
details { border-bottom: 1px solid var(--line); padding: 0.35rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary small { margin-left: 0.75rem; }
details > div { padding: 0.25rem 0 0.5rem 1.1rem; }
.remark { border-left: 4px solid var(--notyet); padding-left: 0.6rem; }
ul, ol { padding-left: 1.4rem; }
@media (max-width: 40rem) {
  .overview th:first-child, .map tr > th[scope="row"] { min-width: 5.5rem; max-width: 7rem; }
  .tiles li { flex: 1 1 40%; }
}
@media print {
  .frame { max-height: none; overflow: visible; border: 0; }
  thead th, tr > th:first-child { position: static; }
}
"""
