"""What texts an expression can become, told from the source alone: what only a run knows is a `{placeholder}`."""

import ast
import itertools
import re
from dataclasses import dataclass, field
from functools import lru_cache

DEPTH = 12  # so far names and calls are followed
MANY = 6  # with more alternatives than these, a part of a text is shown as a placeholder
SAME = ("sorted", "list", "tuple", "set", "str", "repr", "reversed", "filter", "min", "max", "next", "iter")
TIDYING = ("strip", "rstrip", "removeprefix", "removesuffix", "lstrip", "splitlines", "decode", "as_posix", "partition")


@dataclass(eq=False)
class Module:
    """A source file: its functions, classes and constants by name, and where its imported names come from."""

    name: str
    tree: ast.Module
    functions: dict = field(default_factory=dict)
    classes: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    imports: dict = field(default_factory=dict)


@dataclass(eq=False)
class Scope:
    """Where a name is looked up: a module, a function of it, and what its parameters are bound to."""

    module: Module
    function: ast.AST | None = None
    bound: dict = field(default_factory=dict)


@dataclass(eq=False)
class Sources:
    """All source files, {dotted name: Module}, and what their expressions can be."""

    modules: dict
    legend: dict = field(default_factory=dict)  # {placeholder: the sentences that it stands for}, as texts are made

    def find(self, module, name):
        """Return (module, what) that a name of a module stands for, followed through imports; or (None, None)."""
        for kind in (module.functions, module.classes, module.constants):
            if name in kind:
                return module, kind[name]
        origin, original = module.imports.get(name, (None, None))
        if origin not in self.modules and f"{origin}.{original}" in self.modules:
            return self.modules[f"{origin}.{original}"], None
        if origin not in self.modules:
            return None, None
        if f"{origin}.{original}" in self.modules:
            return self.modules[f"{origin}.{original}"], None
        return self.find(self.modules[origin], original)

    def called(self, call, scope):
        """Return (module, definition) of what a call calls, or (None, None); `self.x()` is a method of the module."""
        target = call.func
        if isinstance(target, ast.Name):
            return self.find(scope.module, target.id)
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            if target.value.id == "self":
                return scope.module, scope.module.functions.get(target.attr)
            module, what = self.find(scope.module, target.value.id)
            if module and what is None:
                return self.find(module, target.attr)
        return None, None

    def enter(self, call, scope):
        """Return the Scope of a called function, its parameters bound to the call's arguments; or None."""
        module, definition = self.called(call, scope)
        if not isinstance(definition, ast.FunctionDef):
            return None
        spec, bound = definition.args, {}
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args) if arg.arg != "self"]
        for name, value in zip(reversed([arg.arg for arg in spec.args]), reversed(spec.defaults)):
            bound[name] = (value, Scope(module))
        for arg, value in zip(spec.kwonlyargs, spec.kw_defaults):
            if value is not None:
                bound[arg.arg] = (value, Scope(module))
        bound |= {name: (value, scope) for name, value in zip(names, call.args)}
        if spec.vararg:
            rest = ast.Tuple(elts=call.args[len(names) :], ctx=ast.Load())
            bound[spec.vararg.arg] = (rest, scope)
        bound |= {word.arg: (word.value, scope) for word in call.keywords if word.arg}
        return Scope(module, definition, bound)

    # What an expression comes from

    def roots(self, node, scope, depth=DEPTH):
        """Return the (expression, scope) that a value can come from: names, calls, choices and items are followed."""
        if depth <= 0:
            return [(node, scope)]
        follow = getattr(self, f"_from_{type(node).__name__}", None)
        found = follow(node, scope, depth - 1) if follow else None
        return [(node, scope)] if found is None else found

    def _all(self, pairs, depth):
        return [root for node, scope in pairs for root in self.roots(node, scope, depth)]

    def _from_Name(self, node, scope, depth):
        if node.id in scope.bound:
            return self._all([scope.bound[node.id]], depth)
        if scope.function is not None:
            found = list(self._assigned(node, scope, depth))
            if found or node.id in parameters(scope.function):
                return found or None
        module, what = self.find(scope.module, node.id)
        return self._all([(what, Scope(module))], depth) if isinstance(what, ast.expr) else None

    def _assigned(self, use, scope, depth):
        """Yield the roots of all that a function assigns to a name; a name within itself is left out."""
        name = use.id
        for path, value, looped, _ in reaching(scope.function, name, use):
            if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(value)) and not looped:
                continue
            starts = self.elements(value, scope, depth) if looped else [(value, scope)]
            yield from self._items(starts, path, (use, scope), depth) if starts else [(use, scope)]

    def _items(self, starts, path, unknown, depth):
        """Return the roots of what lies at a path of positions within tuples."""
        found = self._all(starts, depth)
        for position in path:
            inner = []
            for node, scope in found:
                if isinstance(node, ast.Constant):  # None, where the function has nothing to say
                    continue
                known = isinstance(node, (ast.Tuple, ast.List)) and position < len(node.elts)
                inner += self.roots(node.elts[position], scope, depth) if known else [unknown]
            found = list(dict.fromkeys(inner))
        return found

    def _from_IfExp(self, node, scope, depth):
        tests = self.roots(node.test, scope, depth)
        if len(tests) == 1 and isinstance(tests[0][0], ast.Constant):
            return self.roots(node.body if tests[0][0].value else node.orelse, scope, depth)
        return self._all([(node.body, scope), (node.orelse, scope)], depth)

    def _from_BoolOp(self, node, scope, depth):
        return self._all([(value, scope) for value in node.values], depth)

    def _from_NamedExpr(self, node, scope, depth):
        return self.roots(node.value, scope, depth)

    def _from_Attribute(self, node, scope, depth):
        if not isinstance(node.value, ast.Name):
            return None
        module, what = self.find(scope.module, node.value.id)
        if module is None or what is not None:
            return None
        module, what = self.find(module, node.attr)
        return self._all([(what, Scope(module))], depth) if isinstance(what, ast.expr) else None

    def _from_Subscript(self, node, scope, depth):
        found = []
        for value, inner in self.roots(node.value, scope, depth):
            if isinstance(value, ast.Dict):
                pairs = [pair for pair in zip(value.keys, value.values) if pair[0] is not None]
                keys = {ast.dump(key) for key, _ in self.roots(node.slice, scope, depth)}
                exact = [v for k, v in pairs if ast.dump(k) in keys]
                found += [(v, inner) for v in exact or [v for _, v in pairs]]
            elif isinstance(value, (ast.Tuple, ast.List)) and isinstance(node.slice, ast.Constant):
                found += [(each, inner) for each in value.elts[node.slice.value :][:1]]
            elif not isinstance(value, (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.Constant)):
                found += self.elements(value, inner, depth) or []
        return self._all(found, depth) if found else None

    def _from_Call(self, node, scope, depth):
        name = getattr(node.func, "id", "")
        if name in SAME and node.args:
            first = [(node.args[0], scope)]
            if name in ("next", "min", "max"):
                first = self.elements(node.args[0], scope, depth) or first
            return self._all(first + [(arg, scope) for arg in node.args[1:]], depth) or None
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
            tables = self.roots(node.func.value, scope, depth)
            found = [(v, s) for table, s in tables if isinstance(table, ast.Dict) for v in table.values]
            return self._all(found + [(arg, scope) for arg in node.args[1:]], depth) if found else None
        inner = self.enter(node, scope)
        if inner is None:
            return None
        found = [(each.value, inner) for each in own(inner.function) if isinstance(each, ast.Return) and each.value]
        return self._all(found, depth) or None

    def elements(self, node, scope, depth=DEPTH):
        """Return the (expression, scope) that iterating over a value can give, or None where that is not known."""
        found, known = [], False
        for each, inner in self.roots(node, scope, depth):
            items = self._elements(each, inner, depth)
            known = known or items is not None
            found += items or []
        return found if known else None

    def _elements(self, node, scope, depth):
        if depth <= 0:
            return None
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            starred = [each for each in node.elts if isinstance(each, ast.Starred)]
            found = [(each, scope) for each in node.elts if each not in starred]
            return found + [e for each in starred for e in self.elements(each.value, scope, depth - 1) or []]
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            return [(node.elt, scope)]
        if isinstance(node, ast.Dict):
            return [(key, scope) for key in node.keys] if None not in node.keys else None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("items", "values")
        ):
            every = self.roots(node.func.value, scope, depth - 1)
            if every and all(isinstance(table, ast.DictComp) for table, _ in every):
                items = [(ast.Tuple(elts=[t.key, t.value], ctx=ast.Load()), t.value, s) for t, s in every]
                return [(value if node.func.attr == "values" else pair, s) for pair, value, s in items]
            tables = [root for root in every if isinstance(root[0], ast.Dict)]
            if any(None in table.keys for table, _ in tables):
                return None
            pairs = [(k, v, s) for table, s in tables for k, v in zip(table.keys, table.values)]
            if node.func.attr == "values":
                return [(value, s) for _, value, s in pairs] or None
            return [(ast.Tuple(elts=[key, value], ctx=ast.Load()), s) for key, value, s in pairs] or None
        inner = self.enter(node, scope) if isinstance(node, ast.Call) else None
        if inner is None:
            return None
        yields = [each for each in own(inner.function) if isinstance(each, (ast.Yield, ast.YieldFrom))]
        found = [(each.value, inner) for each in yields if isinstance(each, ast.Yield)]
        for each in yields:
            if isinstance(each, ast.YieldFrom):
                found += self.elements(each.value, inner, depth - 1) or []
        return found or None

    # Texts

    def texts(self, node, scope, depth=DEPTH):
        """Return all texts that an expression can become, each once, in the order of the source."""
        node, scope = given(node, scope)
        found = []
        for root, inner in self.roots(node, scope, depth):
            if isinstance(root, ast.Constant):
                found += [] if root.value is None else [str(root.value)]
            elif (made := self._composed(root, inner, depth)) is not None:
                found += made
            else:
                named = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))
                found.append("{" + label(node if named else root) + "}")
        return list(dict.fromkeys(found))

    def _composed(self, node, scope, depth):
        """Return the texts of a f-string, a sum or a call that formats; None for anything else."""
        if isinstance(node, ast.JoinedStr):
            return joined([self._part(value, scope, depth) for value in node.values])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and not is_sum_of_numbers(node):
            return joined([self._part(side, scope, depth) for side in (node.left, node.right)])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            starred = any(isinstance(arg, ast.Starred) for arg in node.args)
            if node.func.attr == "join" and (words := self._literal(node.args[0], scope, depth)):
                between = getattr(node.func.value, "value", None)
                return joined(words, between if isinstance(between, str) else " ")
            if node.func.attr == "join" and (items := self._sentences(node.args[0], scope, depth)):
                return [f"{item}{getattr(node.func.value, 'value', ', ')}…" for item in items]
            if node.func.attr == "format" and starred:
                return [re.sub(r"\{.*?\}", "{…}", text) for text in self.texts(node.func.value, scope, depth - 1)]
            if node.func.attr in ("format", "replace") and not node.keywords:
                parts = [self.texts(each, scope, depth - 1) for each in (node.func.value, *node.args)]
                return [getattr(first, node.func.attr)(*rest) for first, *rest in itertools.product(*parts)]
        return None

    def _literal(self, node, scope, depth):
        """Return the texts of each item of a list that is written out, or None."""
        found = self.roots(node, scope, depth)
        if len(found) != 1 or not is_row(found[0][0]):
            return None
        return [self._part(each, found[0][1], depth) for each in found[0][0].elts]

    def _sentences(self, node, scope, depth):
        """Return the texts of a list's items where they are more than a value, or None."""
        items = self.elements(node, scope, depth - 1) or []
        found = [text for item in items for text in self.texts(*item, depth - 1)]
        return found if any(map(is_words, found)) else None

    def _part(self, node, scope, depth):
        """Return the texts of a part of a text; what a loop goes through, and many alternatives, are a placeholder."""
        value, scope = given(node.value if isinstance(node, ast.FormattedValue) else node, scope)
        found = self.texts(value, scope, depth - 1)
        if is_looped(value, scope) or not 0 < len(found) <= MANY:
            if words := [text for text in found if is_words(text)]:
                self.legend[label(value)] = words
            return ["{" + label(value) + "}"]
        return found


def given(node, scope):
    """Return what a parameter was given by its callers; anything else as it is."""
    while True:
        name = node.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else node
        if not isinstance(name, ast.Name) or name.id not in scope.bound:
            return node, scope
        value, inner = scope.bound[name.id]
        if name is node:
            node, scope = value, inner
        elif isinstance(value, ast.Tuple) and node.slice.value < len(value.elts):
            node, scope = value.elts[node.slice.value], inner
        else:
            return node, scope


def is_row(node):
    """Say whether an expression is a list that is written out, item by item."""
    written = isinstance(node, (ast.List, ast.Tuple)) and node.elts
    return bool(written) and not any(isinstance(each, ast.Starred) for each in node.elts)


def is_looped(node, scope):
    """Say whether a name is what a loop goes through."""
    if not isinstance(node, ast.Name) or scope.function is None or node.id in scope.bound:
        return False
    return any(looped for _, _, looped, _ in bindings(scope.function).get(node.id, ()))


def is_words(text, number=2):
    """Say whether a text holds so many words beside its placeholders."""
    return len(re.findall(r"[^\W\d_][\w-]*", without_placeholders(text))) >= number


def without_placeholders(text, instead=""):
    """Return a text with each placeholder replaced."""
    parts = text.split("{")
    return parts[0] + "".join(instead + part.partition("}")[2] for part in parts[1:])


def is_sum_of_numbers(node):
    """Say whether a sum has a number in it."""
    sides = (node.left, node.right)
    return any(isinstance(side, ast.Constant) and not isinstance(side.value, str) for side in sides)


def joined(parts, between=""):
    """Return every way to put one of each part's texts together."""
    return [between.join(each) for each in itertools.product(*parts)]


def own(function):
    """Yield the nodes of a function without those of the functions within it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting = [*ast.iter_child_nodes(node), *waiting]


def parameters(function):
    """Return the names of a function's parameters."""
    spec = function.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *filter(None, (spec.vararg, spec.kwarg))]
    return [arg.arg for arg in every]


@lru_cache(maxsize=None)
def bindings(function):
    """Return {name: [(path in the target, value, is it looped over, statement)]} of all that a function assigns."""
    found = {}
    for node in own(function):
        pairs = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value, False) for target in node.targets]
        elif isinstance(node, (ast.NamedExpr, ast.AnnAssign)) and node.value:
            pairs = [(node.target, node.value, False)]
        elif isinstance(node, (ast.For, ast.comprehension)):
            pairs = [(node.target, node.iter, True)]
        for target, value, looped in pairs:
            for name, path in paths(target):
                found.setdefault(name, []).append((path, value, looped, node))
    return found


def reaching(function, name, use):
    """Return the bindings of a name that can reach its use: what stands on the way to it hides what is before."""
    every = bindings(function).get(name, ())
    line = getattr(use, "lineno", None)
    if line is None or len(every) < 2:
        return every
    before = [each for each in every if each[1].lineno <= line] or every
    around = blocks(function, use)
    for number in range(len(before) - 1, -1, -1):
        _, value, looped, statement = before[number]
        if isinstance(statement, ast.For) and looped and statement in [block for block, _ in around]:
            return before[number:]
        if not looped and blocks(function, value)[-1] in around:
            return before[number:]
    return before


def blocks(function, node):
    """Return the lists of statements that a node lies in, as (node, field), the innermost last."""
    found = [(function, "body")]
    while True:
        outer, inner = found[-1]
        for each in getattr(outer, inner):
            if each.lineno <= node.lineno and node.end_lineno <= each.end_lineno:
                break
        else:
            return found
        parts = [
            (child, part)
            for child in (each, *getattr(each, "handlers", ()))
            for part in ("body", "orelse", "finalbody")
        ]
        parts = [(child, part) for child, part in parts if isinstance(getattr(child, part, None), list)]
        for child, part in parts:
            lines = getattr(child, part)
            if lines and lines[0].lineno <= node.lineno and node.end_lineno <= lines[-1].end_lineno:
                found.append((child, part))
                break
        else:
            return found


def paths(target, path=()):
    """Yield (name, path of positions) of an assignment's target."""
    if isinstance(target, ast.Name):
        yield target.id, path
    elif isinstance(target, (ast.Tuple, ast.List)):
        for position, each in enumerate(target.elts):
            yield from paths(each, (*path, position))


def label(node):
    """Return what a placeholder is called: the expression, without what a reader need not know."""
    if isinstance(node, ast.FormattedValue):
        return label(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        inside = node.args[0]
        return label(inside.elt if isinstance(inside, (ast.GeneratorExp, ast.ListComp)) else inside) + ", …"
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (*SAME, "map") and node.args:
        return label(node.args[-1] if node.func.id == "map" else node.args[0])
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len":
        return f"number of {label(node.args[0])}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TIDYING:
        return label(node.func.value)
    if isinstance(node, ast.BoolOp):
        return label(node.values[0])
    if isinstance(node, ast.JoinedStr):
        return "".join(each.value if isinstance(each, ast.Constant) else label(each) for each in node.values)
    text = re.sub(r"\b(workshop|self)(, |\.)|\(workshop\)", "", ast.unparse(node))
    return re.sub(r"[{}`\n]", "", text)
