"""The read-only view of the learner's repository that every check gets: files, Git, DVC's records, the buckets."""

from __future__ import annotations

import configparser
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from coach.checks import dvcfiles
from coach.checks.sandbox import Probes
from coach.checks.vocabulary import NotYet, require
from coach.doctor import dvcconfig
from coach.environment import answers

IGNORED = ("", ".coach", "lab", ".venv", "__pycache__")  # lines of the template's .dvcignore
ADDED = "none: it was added to the stage after its last run"


@dataclass(frozen=True)
class Difference:
    """One way in which the workspace is not what `dvc.lock` says, as a person reads it."""

    expected: str
    found: str


@dataclass(frozen=True)
class Remote:
    """A DVC remote: its name, its URL and the file that names it."""

    name: str
    url: str
    where: str


def memoized(method):
    """Cache a method by its arguments for as long as the view lives (one run of the checks)."""
    name = f"_{method.__name__}_cache"

    def call(self, *args):
        cache = self.__dict__.setdefault(name, {})
        if args not in cache:
            cache[args] = method(self, *args)
        return cache[args]

    call.__doc__, call.__name__ = method.__doc__, method.__name__
    return call


class Workshop:
    """What a learner's repository holds; nothing here writes, and nothing takes DVC's lock.

    `rev=None` is the working tree, any other value a Git revision.
    """

    def __init__(self, root):
        self.root = Path(root)
        self.answers = answers(self.root)
        self.package = self.answers.package

    # Git and files

    @memoized
    def git(self, *arguments):
        """Return what a Git command prints, without the last line break; None where it fails."""
        data = self.git_bytes(*arguments)
        return None if data is None else data.decode("utf-8", "replace").rstrip("\n")

    def git_bytes(self, *arguments):
        """Return a Git command's output, or None where it fails."""
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        command = ["git", "-c", "core.quotePath=false", *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, check=False
        )
        return done.stdout if done.returncode == 0 else None

    @memoized
    def read(self, path, rev=None):
        """Return a file's bytes, or None where there is none."""
        if rev is not None:
            return self.git_bytes("cat-file", "blob", f"{rev}:{path}")
        file = self.root / path
        try:
            return file.read_bytes() if file.is_file() else None
        except FileNotFoundError:  # a stage that is running has just taken it away
            return None

    def text(self, path, rev=None):
        """Return a file's text, empty where there is no file."""
        return (self.read(path, rev) or b"").decode("utf-8", "replace").replace("\r\n", "\n")

    @memoized
    def tracked(self, rev="HEAD"):
        """Return the paths that Git holds in a revision."""
        return frozenset((self.git("ls-tree", "-r", "--name-only", rev) or "").splitlines())

    @memoized
    def commits(self, *paths):
        """Return the ids of the commits on any local branch that touched these paths, newest first."""
        listed = self.git(
            "log", "--branches", "HEAD", "--format=%H", "--full-history", "--", *paths
        )
        return (listed or "").split()

    def changed(self, *paths):
        """Return the paths, of these or of all, that differ from HEAD or are not in Git (nor ignored)."""
        status = (
            self.git("status", "--porcelain", "-z", "--untracked-files=all", "--", *paths) or ""
        )
        return [entry[3:] for entry in status.split("\0") if entry]

    def held(self, path):
        """Say whether HEAD has a file or folder as it is now; Git may have been told to overlook changes of a file."""
        if path in self.tracked():
            return not self.changed(path) and self.text(path) == self.text(path, "HEAD")
        inside = any(name.startswith(f"{path}/") for name in self.tracked())
        return inside and not self.changed(path)

    # DVC's files

    def yaml(self, path, rev=None):
        """Return the data of a YAML file, {} where there is none."""
        return self.parsed(self.text(path, rev), path)

    @memoized
    def parsed(self, text, path):
        """Return the data of a YAML text; many revisions hold the same one, and to parse it takes long."""
        return dvcfiles.parse_yaml(text, path)

    @memoized
    def stages(self, rev=None):
        """Return {name: Stage} of dvc.yaml, its `${…}` filled in."""
        return dvcfiles.parse_stages(self.pipeline(rev))

    @memoized
    def pipeline(self, rev=None):
        """Return the data of dvc.yaml, its `${…}` filled in."""
        data, text = self.yaml("dvc.yaml", rev), self.text("dvc.yaml", rev)
        if "${" in text or "foreach:" in text or "matrix:" in text:
            return self.resolve(data, rev)
        return data

    def resolve(self, data, rev):
        """Fill in a templated dvc.yaml with DVC's own resolver."""
        try:
            from dvc.exceptions import DvcException
            from dvc.parsing import DataResolver
            from dvc.repo import Repo
        except ImportError:
            raise NotYet(
                "DVC in the environment", "no module dvc", "Pipfile", "`coach check 01`"
            ) from None
        try:
            with Repo(str(self.root), rev=rev) as repo:
                folder = repo.root_dir if rev is None else "/"
                data = {key: value for key, value in data.items() if value is not None}
                resolver = DataResolver(repo, folder, data)
                above = {"metrics": resolver.resolve_metrics(), "plots": resolver.resolve_plots()}
                return {**data, **above, **resolver.resolve()}
        except DvcException as error:
            raise NotYet(
                "a dvc.yaml that DVC can read",
                str(error),
                "dvc.yaml",
                "mend dvc.yaml, then `dvc stage list`",
            ) from None

    def stage(self, name, rev=None):
        """Return a stage of dvc.yaml; a NotYet says that there is none."""
        stages = self.stages(rev)
        found = "the stages " + ", ".join(stages) if stages else "no stage at all"
        require(
            name in stages,
            expected=f"a stage named {name}",
            found=found,
            where="dvc.yaml",
            next=f"write the stage {name} into dvc.yaml as the exercise's text says; `dvc stage list` then shows it",
        )
        return stages[name]

    @memoized
    def lock(self, rev=None):
        """Return {stage name: Locked} of dvc.lock, {} where there is none."""
        if self.read("dvc.lock", rev) is None:
            return {}
        return dvcfiles.parse_lock(self.yaml("dvc.lock", rev))

    def params(self, rev=None, file="params.yaml"):
        """Return the parameters as nested dicts."""
        return self.yaml(file, rev)

    @memoized
    def dvc_files(self, rev=None):
        """Return {path of the .dvc file: its output as Entry} (the output's path from the root)."""
        names = (
            self.tracked(rev)
            if rev
            else [self.relative(p) for p in self.root.rglob("*.dvc") if p.is_file()]
        )
        names = [
            n
            for n in names
            if n.endswith(".dvc") and not n.startswith((".coach/", "lab/", ".venv/"))
        ]
        found = {}
        for name in sorted(names):
            for entry in dvcfiles.parse_entries(self.yaml(name, rev).get("outs")).values():
                path = (PurePosixPath(name).parent / entry.path).as_posix()
                found[name] = dvcfiles.Entry(path, entry.md5, entry.size, entry.nfiles)
        return found

    def relative(self, path):
        """Return a path below the root with forward slashes."""
        return Path(path).relative_to(self.root).as_posix()

    # What is there against what is recorded

    @memoized
    def hash(self, path):
        """Return the md5 that DVC gives a path as it is now; for gs:// by the bucket's listing; None where missing."""
        if "://" in path:
            return self.hash_url(path)
        there = self.root / path
        return dvcfiles.hash_path(there, self.ignored if there.is_dir() else None)

    def files(self, folder):
        """Return the files below a folder that DVC looks at."""
        return [file for _, file in dvcfiles.walk(self.root / folder, self.ignored)]

    def has_usual_dvcignore(self):
        """Say whether .dvcignore has no lines but those of the template."""
        lines = (line.strip() for line in self.text(".dvcignore").splitlines())
        return all(line in IGNORED or line.startswith("#") for line in lines)

    @cached_property
    def ignored(self):
        """Return what says whether the learner's own lines of `.dvcignore` leave a file out, or None without such."""
        if self.has_usual_dvcignore():
            return None
        from pathspec import GitIgnoreSpec  # DVC's own; it takes a while to load

        try:
            spec = GitIgnoreSpec.from_lines(self.text(".dvcignore").splitlines())
        except ValueError as error:
            raise NotYet(
                "patterns like those of .gitignore",
                str(error),
                ".dvcignore",
                "mend that line of .dvcignore, then `dvc status`",
            ) from None
        return lambda file: (
            file.is_relative_to(self.root) and spec.match_file(self.relative(file))
        )

    def hash_url(self, url):
        """Return the hash that DVC gives a folder of a bucket, or the etag of a single object."""
        url = self.address(url)
        blobs = {name: blob.etag for name, blob in self.objects(url + "/").items()}
        if blobs:
            return dvcfiles.hash_listing(blobs, "etag")
        single = self.objects(url).get("")
        return single and single.etag

    def address(self, url):
        """Return the URL that a `remote://NAME/folder` stands for; any other URL as it is."""
        return full_url(url, {name: remote.url for name, remote in self.remotes()[0].items()})

    def differences(self, name, outputs=True):
        """Return how a stage differs from what dvc.lock says of its last run; [] where `dvc repro` would skip it.

        Without `outputs`, only what the stage is and reads is compared.
        """
        stage, locked = self.stage(name), self.lock().get(name)
        if locked is None:
            return [Difference(f"a run of the stage {name}", "none: it has not run yet")]
        found = []
        if stage.cmd != locked.cmd:
            expected = f"the command as in the last run, `{locked.cmd}`"
            found.append(Difference(expected, f"`{stage.cmd}`"))
        found += self.changed_entries("dependency", stage.deps, locked.deps)
        found += self.changed_params(stage, locked)
        if outputs:
            found += self.changed_entries("output", [out.path for out in stage.outs], locked.outs)
        return found

    def changed_entries(self, kind, paths, recorded):
        """Yield the differences of dependencies or outputs; like DVC, pass over what only dvc.lock names."""
        for path in paths:
            entry = recorded.get(path)
            if entry is None:
                yield Difference(f"a run with the {kind} {path}", ADDED)
            elif (now := self.hash(path)) != entry.md5:
                found = how_changed(kind, path) if now else "no such file or folder"
                yield Difference(f"the {kind} {path} as in the last run", found)

    def changed_params(self, stage, locked):
        """Return the differences of parameters."""
        for file, keys in stage.params.items():
            values, recorded = (
                self.params(file=file) if file.endswith((".yaml", ".yml")) else {}
            ), locked.params.get(file, {})
            for key in keys or list(recorded):
                now = dvcfiles.key_value(values, key) if values else recorded.get(key)
                if key not in recorded:
                    yield Difference(f"a run with the parameter {key}", ADDED)
                else:
                    yield from changed_values(key, recorded[key], now)

    # Cache, buckets and remotes

    @cached_property
    def cache(self):
        """Return the folder of DVC's cache: `.dvc/cache`, or the one that the configuration names."""
        for file in (".dvc/config.local", ".dvc/config"):
            if folder := self.cache_dir(file):
                return self.root / ".dvc" / folder
        usual = self.root / ".dvc" / "cache"  # a clone to be graded ends here: it shows no cache
        personal = dvcconfig.files(self.root)[0]
        folder = self.cache_dir(str(personal))
        return personal.parent / folder if folder else usual

    def cache_dir(self, file):
        """Return the folder that a configuration file names as DVC's cache, or None."""
        folder = read_config(self.text(file), file).get("cache", "dir", fallback=None)
        return folder and os.path.expanduser(folder.strip("\"'"))

    @cached_property
    def storage(self):
        """Return the client of the local or the real Google Cloud Storage."""
        from coach.buckets.gcs import Storage

        require(
            not self.answers.local or os.environ.get("STORAGE_EMULATOR_HOST"),
            expected="the address of the bucket server, STORAGE_EMULATOR_HOST",
            found="no such variable",
            where=".env, which keeps it",
            next="`coach bucket start` makes .env anew",
        )
        return Storage.from_environment()

    @memoized
    def objects(self, url):
        """Return {name below the URL: Blob} of a gs:// URL; a BucketError tells what is wrong with the bucket."""
        bucket, _, prefix = url.removeprefix("gs://").partition("/")
        return {
            name[len(prefix) :]: blob for name, blob in self.storage.list(bucket, prefix).items()
        }

    @memoized
    def remotes(self, rev=None):
        """Return ({name: Remote}, default name or None) of the committed or the working `.dvc/config`."""
        return parse_config(self.text(".dvc/config", rev))

    def default_remote(self, rev=None):
        """Return the default Remote, or None."""
        remotes, default = self.remotes(rev)
        return remotes.get(default)

    def outputs(self, rev="HEAD"):
        """Return the cached outputs that a revision names: those of dvc.lock and of its .dvc files."""
        stages = self.stages(rev)
        kept = {out.path for stage in stages.values() for out in stage.outs if not out.cache}
        entries = [
            e
            for locked in self.lock(rev).values()
            for e in locked.outs.values()
            if e.path not in kept
        ]
        return [e for e in [*entries, *self.dvc_files(rev).values()] if e.md5]

    def missing_objects(self, rev="HEAD", entries=None):
        """Return (name in the remote, what is wrong) for each object of a revision that is not in the default remote."""
        remote = self.default_remote(rev) or self.default_remote()
        blobs = self.objects(remote.url.rstrip("/") + "/")
        wrong = []
        for entry in self.outputs(rev) if entries is None else entries:
            wrong += self.missing_of(entry, remote, blobs)
        return list(dict.fromkeys(wrong))

    def missing_of(self, entry, remote, blobs):
        """Return what is wrong with the objects of one output."""
        problem = object_problem(entry.md5, blobs)
        if problem or not entry.md5.endswith(".dir"):
            return [(f"{entry.path} ({entry.md5})", problem)] if problem else []
        listing = dvcfiles.load_listing(self.remote_bytes(remote, entry.md5))
        members = ((name, object_problem(md5, blobs)) for name, md5 in listing.items())
        return [(f"{entry.path}/{name}", problem) for name, problem in members if problem]

    @memoized
    def remote_bytes(self, remote, md5):
        """Return an object of the remote."""
        bucket, _, prefix = remote.url.removeprefix("gs://").partition("/")
        return self.storage.get(bucket, f"{prefix.rstrip('/')}/{object_name(md5)}".lstrip("/"))

    # The learner's code

    @cached_property
    def probes(self):
        """Return the probes, the child processes in which the learner's code runs; see `coach.checks.sandbox`."""
        return Probes(self.root, self.package)

    def probe(self, function):
        """Return what a grader's function, which is marked as `@in_child`, says of the learner's code."""
        return self.probes.value(function)


def how_changed(kind, path):
    """Say how a dependency or an output came to differ from what dvc.lock records."""
    if kind == "output":
        return "changed since the stage made it"
    by_hook = " (perhaps the commit hook formatted it)" if path.endswith(".py") else ""
    return f"changed since the stage ran{by_hook}"


def changed_values(key, old, new):
    """Yield the differences of a parameter, or of those below it."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from changed_values(f"{key}.{name}", old.get(name), new.get(name))
    elif old != new:
        yield Difference(f"the parameter {key} as in the last run, {old}", str(new))


def object_name(md5):
    """Return the name under which DVC 3 keeps an object in a remote."""
    return f"files/md5/{md5[:2]}/{md5[2:]}"


def object_problem(md5, blobs):
    """Return what is wrong with an object of the remote, or None: its name is the md5 of its bytes."""
    blob = blobs.get(object_name(md5))
    if blob is None:
        return "missing"
    if blob.md5 and blob.md5 != md5.removesuffix(".dir"):
        return f"damaged: its bytes have the md5 {blob.md5}"
    return None


def read_config(text, where=".dvc/config"):
    """Return the settings of a DVC configuration's text."""
    parser = configparser.ConfigParser(
        interpolation=None, strict=False, inline_comment_prefixes=("#",)
    )
    try:
        parser.read_string("\n".join(line.strip() for line in text.splitlines()))
    except configparser.Error as error:
        raise NotYet(
            "a configuration that DVC can read",
            "lines that are none: " + " ".join(str(error).split()),
            where,
            f"mend {where}, then `dvc remote list`",
        ) from None
    return parser


def parse_config(text, where=".dvc/config"):
    """Return ({name: Remote}, default name) of a DVC configuration's text; DVC reads names in lower case."""
    parser, urls = read_config(text, where), {}
    for section in parser.sections():
        kind, _, name = section.strip("'").lower().partition(" ")
        if kind == "remote":
            urls[name.strip('"')] = parser[section].get("url", "").strip("\"'").rstrip("/")
    remotes = {name: Remote(name, full_url(url, urls), where) for name, url in urls.items()}
    default = parser.get("core", "remote", fallback=None)
    return remotes, default and default.strip("\"'").lower()


def full_url(url, urls):
    """Return a remote's URL; `remote://NAME/folder` is a folder of another remote."""
    base, _, folder = url.removeprefix("remote://").partition("/")
    return (
        f"{urls[base]}/{folder}".rstrip("/")
        if url.startswith("remote://") and base in urls
        else url
    )
