"""The catalogue of what the workshop says to a learner; `python tests/messages.py` writes tests/messages.md anew.

A message stays where it arises. This finds each in the sources, without running them: a call that ends in an exception
with four facts, whether they are written there, in a variable or in a function that returns them.
"""

import ast
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from resolve import Module, Scope, Sources, is_words, own, parameters, paths

TEMPLATE = Path(__file__).resolve().parents[1]
TREE = TEMPLATE / "{{cookiecutter.project_slug}}"
GOLDEN = TEMPLATE / "tests" / "messages.md"
WRITE = "python tests/messages.py"

FACTS = ("expected", "found", "where", "next")
# What carries the four facts, with the order of those that are given by position.
CARRIERS = {
    "NotYet": FACTS,
    "Trouble": (),
    "Problem": ("where", "found", "expected", "next"),
    "Finding": ("name", "ok", "found", "expected", "where", "next"),
}
TELLS = ("line", "say", "print", "echo", "confirm", "warn", "note", "skip", "exit", "BadParameter")
TELLS += ("add_row", "NotImplementedError", "Difference")
SETTINGS = {"project_slug": "dvc-workshop", "package_name": "dvc_workshop", "data": "digits", "buckets": "local"}
SETTINGS |= {"project_name": "DVC Workshop", "bucket_prefix": "dvc-workshop", "kind": "workshop", "_solved": []}

# A fact may be nothing but what a run knows: then this tells a reader what stands there. A place needs no entry.
VALUES = {
    "{package} {version}": "a package and its version",
    "{name}": "the name of a package",
    "{name} {found}": "a package and its version",
    "{fact} {said}": "`md5`, `size` or `nfiles` and what dvc.lock says of it",
    "{named, …}": "the outputs that dvc.lock names",
    "{train['like']}": "what `ways` calls the way in which the images were made",
    "{made['error']}": "the exception that the learner's code raised",
    "{made['form']}": "what `described` says of a result of another form",
    "{made['wrong']}": "what `saved` says of a file",
    "{params().get('preprocess')}": "what stands there in place of the section",
    "{model.get('error')}": "the exception that loading the model raised",
    "{facts.get('error')}": "the exception that loading the model raised",
    "{said['error']}": "the exception that the learner's code raised",
    "{value}": "the number that stands there",
    "`{stage.cmd}`": "the command that stands there",
    "{`name`, …}": "the columns that are there",
    "{problem}: {name}": "`missing` or `damaged: …`, and which object",
    "{label} {problem}": "which file, and `missing` or `damaged`",
    "{given, …}": "the answer that was given",
    "{found}": "the values that are there",
    "{problem}": "see the line below it",
    "{error}": "what the program or the library says",
    "{difference.expected}": "what was recorded of the last run; see coach.checks.workshop",
    "{difference.found}": "what is there now; see coach.checks.workshop",
    "{name state, …}": "which files of the raw data are `missing` or `changed`",
    "{failures, …}": "each mirror with what it answered",
    "{said.splitlines()[0]}": "what Git says",
    "{done.stderr}": "what Git says",
    "{lines[-1]}": "the last line that the command printed",
    "{error.strerror}": "what the system says",
    "{type(error).__name__}: {error}": "what the program or the library says",
    "{name}, {parser.get(name, key)}": "the remote's name and address",
    ", {parser.get(name, key)}": "the address of a remote without a name",
    "{name}, ": "a remote without an address",
    ", ": "neither a name nor an address",
    "{told}": "which variable tells DVC to use a proxy",
    "{unknown, …}": "the kinds of links that no DVC knows",
    "{names, …}; …": "experiments with the same result, and so on",
    "{key}={value}": "a variable of .env with its value",
    "{key}={os.environ.get(key)}": "a variable of the shell with its value",
    "{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}": "the version of Python",
    "{magic.hex()}": "the number at the beginning of a file of that kind",
    "{expected}": "what pydantic says of such a value",
    "{crop}": "the value of the parameter",
    "{error.expected}": "what a message from the clone says",
    "{error.found}": "what a message from the clone says",
}


@dataclass
class Message:
    """The four facts of a message, {fact: all its texts}, the function that it arises in, and words for placeholders."""

    module: str
    function: str
    facts: dict
    legend: dict = field(default_factory=dict)


@dataclass
class Check:
    """A check of an exercise: what a learner reads of it, its messages, and the helpers whose messages it can show."""

    name: str
    title: str
    hints: list
    messages: list = field(default_factory=list)
    also: list = field(default_factory=list)


@dataclass
class Catalogue:
    """All that a learner can read, {module: …} each."""

    checks: dict
    messages: dict
    sentences: dict
    helps: dict

    def every(self):
        """Yield every message with four facts."""
        for checks in self.checks.values():
            for check in checks:
                yield from check.messages
        for messages in self.messages.values():
            yield from messages


# The sources


def read_sources(template=TEMPLATE):
    """Return the Sources of the exercises, the coach and the learner's package, as the learner starts with them."""
    tree, modules = template / TREE.name, {}
    for file in sorted((template / "exercises").glob("*/test_*.py")):
        modules[f"exercises.{file.parent.name}"] = file
    for folder, name in ((tree / "coach", "coach"), (tree / "{{cookiecutter.package_name}}", "package")):
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            modules[".".join([name, *parts]).removesuffix(".__init__")] = file
    return Sources({name: parse(name, file) for name, file in modules.items()})


def parse(name, file):
    """Return a Module; what an exercise takes away is left out, as in the learner's start."""
    environment = jinja2.Environment(line_statement_prefix="#~", trim_blocks=True, lstrip_blocks=True)
    text = environment.from_string(file.read_text(encoding="utf-8")).render(cookiecutter=SETTINGS)
    return module_of(name, text, is_package=file.name == "__init__.py")


def module_of(name, text, is_package=False):
    """Return the Module of a source text; methods are found by their names too."""
    module = Module(name, ast.parse(text))
    package = name if is_package else name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            module.functions.setdefault(node.name, node)
        elif isinstance(node, ast.ClassDef):
            module.classes[node.name] = node
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *filter(None, [node.module])])
            module.imports |= {each.asname or each.name: (origin, each.name) for each in node.names}
    for node in module.tree.body:
        if isinstance(node, ast.Assign):
            for name, path in paths(node.targets[0]):
                value = node.value
                for position in path:
                    value = value.elts[position] if isinstance(value, (ast.Tuple, ast.List)) else None
                module.constants |= {name: value} if value else {}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            module.constants[node.target.id] = node.value
    return module


# Messages

NONE = (ast.Constant(value=None), Scope(None))


class Collector:
    """Finds the messages of each function; those whose words come as arguments are shown where they are given."""

    def __init__(self, sources):
        self.sources, self.known = sources, {}

    def messages(self, module, function):
        """Return the Messages that arise in a function."""
        found = []
        for facts in self.sites(module, function):
            if not self.is_handed_on(facts, function):
                self.sources.legend.clear()
                texts = {fact: list(filter(None, self.sources.texts(*facts.get(fact, NONE)))) for fact in FACTS}
                message = Message(module.name, function.name, texts, dict(self.sources.legend))
                words = any(is_words(text, 1) for each in texts.values() for text in each)
                if words and message not in found:  # without any word it hands on what another one says
                    found.append(message)
        return found

    def sites(self, module, function):
        """Return {fact: (expression, scope)} of each call in a function that ends in four facts."""
        if function not in self.known:
            self.known[function] = []  # a function that calls itself adds nothing
            scope = Scope(module, function)
            calls = [node for node in own(function) if isinstance(node, ast.Call)]
            self.known[function] = [facts for call in calls for facts in self.facts_of(call, scope)]
        return self.known[function]

    def facts_of(self, call, scope):
        """Return the facts that a call carries, itself or through a function that hands them on."""
        module, definition = self.sources.called(call, scope)
        if isinstance(definition, ast.ClassDef) and (carrier := self.carrier(module, definition)):
            facts = {word.arg: (word.value, scope) for word in call.keywords}
            for position, fact in enumerate(CARRIERS[carrier]):
                if value := argument(call, position):
                    facts.setdefault(fact, (value, scope))
            return [facts] if set(FACTS) & set(facts) and carrier != "Finding" or set(FACTS) <= set(facts) else []
        if not isinstance(definition, ast.FunctionDef) or scope.function is definition:
            return []
        handed = [facts for facts in self.sites(module, definition) if self.is_handed_on(facts, definition)]
        return [self.bound(facts, definition, self.sources.enter(call, scope)) for facts in handed]

    def carrier(self, module, definition):
        """Return which carrier a class is or comes from, or None."""
        if definition.name in CARRIERS:
            return definition.name
        for base in definition.bases:
            origin, what = self.sources.find(module, getattr(base, "id", ""))
            if isinstance(what, ast.ClassDef) and (found := self.carrier(origin, what)):
                return found
        return None

    def is_handed_on(self, facts, function):
        """Say whether words of a message are a parameter of the function, so that its callers say them."""
        names = parameters(function)
        for fact in ("expected", "found", "next"):
            for node, scope in self.sources.roots(*facts[fact]) if fact in facts else ():
                node = node.value if isinstance(node, ast.Subscript) else node
                if isinstance(node, ast.Name) and scope.function is function and node.id in names:
                    return node.id not in scope.bound
        return False

    def bound(self, facts, function, scope):
        """Return facts with the function's own scope replaced by one in which its parameters are bound."""
        return {fact: (node, rebound(each, function, scope)) for fact, (node, each) in facts.items()}


def rebound(scope, function, new):
    """Return a scope as seen from a call: the function's own is the new one, and so for what was bound in it."""
    if scope.function is function and not scope.bound:
        return new
    bound = {name: (node, rebound(each, function, new)) for name, (node, each) in scope.bound.items()}
    return Scope(scope.module, scope.function, bound)


def argument(call, position):
    """Return a call's argument by its position; `f(1, *rest)` has the first of `rest` at position 1."""
    for number, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            index = ast.Constant(value=position - number)
            return ast.Subscript(value=value.value, slice=index, ctx=ast.Load())
        if number == position:
            return value
    return None


# The catalogue


def collect(sources):
    """Return the Catalogue of the sources."""
    collector = Collector(sources)
    catalogue = Catalogue({}, {}, {}, {})
    for name, module in sources.modules.items():
        functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
        if name.startswith("exercises."):
            catalogue.checks[name] = checks_of(collector, module)
            catalogue.sentences[name] = findings(sources, module)
            continue
        found = [message for function in functions for message in collector.messages(module, function)]
        catalogue.messages[name] = found
        told = [text for each in functions for text in sentences(sources, module, each)]
        catalogue.sentences[name] = list(dict.fromkeys([*told, *script(module)]))
        catalogue.helps[name] = helps(module)
    return catalogue


def checks_of(collector, module):
    """Return the Checks of an exercise; a helper's message is shown with the first check that can show it."""
    found, shown = [], []
    for function in module.tree.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            texts = [text for node in hints_of(function) for text in collector.sources.texts(node, Scope(module))]
            check = Check(function.name, first_line(function), texts)
            for origin, each in reached(collector.sources, module, function):
                messages = collector.messages(origin, each)
                if origin is module:
                    check.messages += [message for message in messages if message not in shown]
                    shown += messages
                elif messages:
                    check.also.append(f"{each.name} ({origin.name})")
            found.append(check)
    return found


def reached(sources, module, function):
    """Return (module, function) of a function and of all of the project that it calls, its own module's first."""
    found, waiting = [], [(module, function)]
    while waiting:
        origin, each = waiting.pop(0)
        if any(each is known for _, known in found):
            continue
        found.append((origin, each))
        if origin is module or origin.name.startswith("coach.checks"):
            for call in (node for node in ast.walk(each) if isinstance(node, ast.Call)):
                target = sources.called(call, Scope(origin, each))
                if isinstance(target[1], ast.FunctionDef):
                    waiting.append(target)
    return found


def hints_of(function):
    """Return the arguments of a check's `@hints(…)`."""
    marks = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    return [arg for mark in marks if getattr(mark.func, "id", "") == "hints" for arg in mark.args]


def first_line(function):
    """Return the first line of a function's docstring."""
    return (ast.get_docstring(function) or "").splitlines()[0] if ast.get_docstring(function) else ""


def sentences(sources, module, function):
    """Return what a function prints, or says in an exception without the four facts."""
    told, scope = [], Scope(module, function)
    for node in own(function):
        if isinstance(node, ast.Call) and is_telling(sources, node, scope):
            told += [(each, scope) for each in node.args]
        if isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") == "notes":
            told += sources.elements(node.value, scope) or []
    texts = [text for each in told for text in sources.texts(*each)]
    return [text for text in dict.fromkeys(texts) if is_words(text)]


def findings(sources, module):
    """Return in what words an exercise's probe, which runs in a process of its own, tells what it has found."""
    found = []
    for function in (node for node in module.tree.body if isinstance(node, ast.FunctionDef)):
        for table in (node for node in own(function) if isinstance(node, ast.Dict)):
            for key, value in zip(table.keys, table.values):
                name = getattr(key, "value", "") or ""
                texts = sources.texts(value, Scope(module, function)) if name in ("form", "wrong") else [str(name)]
                found += [text for text in texts if is_words(text, 3) and " " in text]
    return list(dict.fromkeys(found))


def script(module):
    """Return with what words a script ends that a module keeps as a text."""
    for text in (getattr(value, "value", "") for value in module.constants.values()):
        if isinstance(text, str) and "sys.exit(" in text:
            calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
            yield from (call.args[0].value for call in calls if getattr(call.func, "attr", "") == "exit")


def is_telling(sources, call, scope):
    """Say whether a call prints, notes or raises its words."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == "append":
        return getattr(call.func.value, "id", "") == "notes"
    _, what = sources.called(call, scope)
    bases = [getattr(base, "id", "") for base in what.bases] if isinstance(what, ast.ClassDef) else []
    return name in TELLS or "Exception" in bases and name not in CARRIERS


def helps(module):
    """Return {command or option: its help} of the command line that a module defines."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            marks = [mark.func for mark in node.decorator_list if isinstance(mark, ast.Call)]
            if any(getattr(mark, "attr", "") in ("command", "callback") for mark in marks):
                found[node.name] = textwrap.dedent(ast.get_docstring(node) or "")
        if isinstance(node, ast.Call):
            for word in node.keywords:
                if word.arg in ("help", "epilog") and isinstance(word.value, ast.Constant):
                    found[str(word.value.value)] = ""
    return found


# The golden file

HEAD = f"""# What the workshop says

Every message that a learner can meet, as the sources have it: written by `{WRITE}`, not by hand. A `{{placeholder}}` is
what only a run knows; *or* stands between texts of which one is shown. A reviewer reads it in one go, a translation
starts from it.
"""


def as_text(catalogue):
    """Return the catalogue as the golden file has it."""
    parts = [HEAD]
    for name, checks in catalogue.checks.items():
        parts.append(f"## {name.partition('.')[2]}\n")
        parts += [text_of_check(check) for check in checks]
        if catalogue.sentences[name]:
            parts.append("What the probe, a process of its own, says:\n\n" + listed(catalogue.sentences[name]))
    for name, messages in catalogue.messages.items():
        others, helps = catalogue.sentences[name], catalogue.helps[name]
        if messages or others or helps:
            parts.append(f"## {name}\n")
            parts += [f"In `{message.function}`:\n\n{text_of_message(message)}" for message in messages]
            parts += ["Sentences:\n\n" + listed(others)] if others else []
            parts += ["Help:\n\n" + listed(": ".join(filter(None, pair)) for pair in helps.items())] if helps else []
    parts += ["## Placeholders that are all of a fact\n", listed(f"{each}: {told}" for each, told in VALUES.items())]
    return "\n".join(parts)


def text_of_check(check):
    """Return the part of a check."""
    lines = [f"### {check.title}\n", f"`{check.name}`\n"]
    lines += [f"{number}. {text}" for number, text in enumerate(check.hints, start=1)]
    lines += [f"\nAlso what these say: {', '.join(check.also)}."] if check.also else []
    return "\n".join(lines) + "\n\n" + "\n".join(map(text_of_message, check.messages))


def text_of_message(message):
    """Return the four lines of a message."""
    facts = [f"{fact}: {' *or* '.join(message.facts[fact])}" for fact in FACTS]
    legend = [f"`{{{name}}}` can be: {' *or* '.join(texts)}" for name, texts in message.legend.items()]
    return listed(facts) + listed(legend).replace("- ", "  - ")


def listed(texts):
    """Return texts as a list, each on a line of its own."""
    return "".join("- " + text.replace("\n", "\n  ") + "\n" for text in texts)


def main():
    GOLDEN.write_text(as_text(collect(read_sources())), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
