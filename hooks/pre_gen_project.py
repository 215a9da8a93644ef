"""Stop before a file is written where Git is missing or an answer is bad."""

import json
import shutil
import sys

# cookiecutter.json checks the answers as they are given; a replay comes straight here.
problems = json.loads(r'''{{ cookiecutter | bad_answers | tojson }}''')
if problems:
    sys.exit(f"Nothing was made.\n{problems}")
if shutil.which("git") is None:
    sys.exit("Nothing was made.\nGit was not found. Install it (https://git-scm.com/downloads), then try again.")
