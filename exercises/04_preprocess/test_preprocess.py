"""Checks of exercise 04: the images are standardized, in a stage that names all that it reads and makes."""

from coach import NotYet, hints, in_child, needs, points, require
from coach.checks.common import (
    require_command,
    require_fresh,
    require_not_in_git,
    require_pushed,
    require_stage_committed,
    require_unfrozen,
    require_wired,
)
from coach.checks.sandbox import MEND

SPLITS = ("train", "validation", "test")
OUTPUTS = ("data/prepared", "reports/preprocess.png")

# What runs in the child process, beside the learner's code


@in_child(seconds=20)
def look(package):
    """Return what the learner's `standardize` makes of a few inputs, and what lies in data/prepared."""
    import importlib

    return {
        "saved": {split: saved(f"data/prepared/{split}_images.npy") for split in SPLITS},
        "tried": tried(importlib.import_module(f"{package}.pipeline.preprocess").standardize),
    }


def inputs():
    """Return splits that tell ways of standardizing apart: no image, pixel or split is like another."""
    import numpy as np

    rng = np.random.default_rng(4)
    sides, shade = (6, 6), np.linspace(0.4, 1, 36).reshape(6, 6)
    pixels = {
        split: (
            np.linspace(0.3, 1, count)[:, None, None]
            * shade
            * rng.gamma(2, brightness, (count, *sides))
        ).clip(0, 255)
        for split, count, brightness in (
            ("test", 20, 60),
            ("train", 50, 25),
            ("validation", 30, 10),
        )
    }
    white = {split: np.full((5, *sides), 255, np.float32) for split in SPLITS}
    return {
        "pixels": {split: images.astype(np.float32) for split, images in pixels.items()},
        "float64": {split: images.astype(np.float64) for split, images in pixels.items()},
        "bytes": {split: images.astype(np.uint8) for split, images in pixels.items()},
        "white": white,
        "black": {**white, "train": np.zeros((5, *sides), np.float32)},
    }


def ways(splits):
    """Return what ways to standardize make of the splits, by their description; the right one is first."""
    import numpy as np

    arrays = {name: images.astype(np.float64) for name, images in splits.items()}
    train, first = arrays["train"], next(iter(arrays.values()))
    every = np.concatenate([images.ravel() for images in arrays.values()])
    image = {"axis": (1, 2), "keepdims": True}
    numbers = {
        "right": lambda x: (train.mean(), train.std()),
        "what the numbers of all splits together give": lambda x: (every.mean(), every.std()),
        "what each split's own numbers give": lambda x: (x.mean(), x.std()),
        "what each image's own numbers give": lambda x: (x.mean(**image), x.std(**image)),
        "what each pixel's own numbers give": lambda x: (train.mean(axis=0), train.std(axis=0)),
        "what the first split's numbers give": lambda x: (first.mean(), first.std()),
        "what the variance in place of the deviation gives": lambda x: (train.mean(), train.var()),
        "what the mean alone gives": lambda x: (train.mean(), 1),
        "what the deviation alone gives": lambda x: (0, train.std()),
        "values between 0 and 1": lambda x: (train.min(), np.ptp(train)),
        "the pixels divided by 255": lambda x: (0, 255),
        "the images as they were": lambda x: (0, 1),
    }
    made = {how: {} for how in numbers}
    for how, of in numbers.items():
        for name, x in arrays.items():
            mean, deviation = of(x)
            made[how][name] = (x - mean) / deviation
    return made


def tried(standardize):
    """Return {input: what became of it}; a crash on one input does not hide the others."""
    from pathlib import Path

    import numpy as np

    from coach.checks.sandbox import explain

    found = {}
    for name, splits in inputs().items():
        before = {split: images.copy() for split, images in splits.items()}
        try:
            with np.errstate(all="ignore"):
                made = described(standardize(dict(splits)), before)
        except Exception as error:
            made = explain(error, Path(__file__)) | {"hole": isinstance(error, NotImplementedError)}
        changed = [
            split for split, images in splits.items() if not np.array_equal(images, before[split])
        ]
        found[name] = made | {"changed": changed}
    return found


def described(result, splits):
    """Return what a result is: its form, and of each split the mean, the deviation and the way that gives it."""
    import numpy as np

    if not isinstance(result, dict):
        return {"form": f"a {type(result).__name__}"}
    if set(result) != set(splits):
        return {"form": "the splits " + (", ".join(map(str, result)) or "none")}
    arrays = {split: np.asarray(result[split]) for split in splits}
    for split, images in arrays.items():
        if images.shape != splits[split].shape:
            return {
                "form": f"the shape {images.shape} for {split}, which came in as {splits[split].shape}"
            }
        if coarse(images.dtype):
            return {"form": coarse(images.dtype)}
    known = ways(splits) if splits["train"].any() and splits["train"].std() else {}
    return {
        "form": "",
        "splits": {split: numbers(images, split, known) for split, images in arrays.items()},
    }


def coarse(dtype):
    """Say what numbers of a type lose that float32 keeps, empty where they lose nothing."""
    if dtype.kind != "f":
        return f"{dtype} numbers, which hold no fractions"
    return f"{dtype} numbers, which hold three digits" if dtype.itemsize < 4 else ""


def numbers(images, split, known):
    """Return what tells a split's images apart."""
    import numpy as np

    images = images.astype(np.float64)
    like = (
        how for how, made in known.items() if np.allclose(images, made[split], rtol=0.01, atol=0.01)
    )
    return {
        "mean": float(images.mean()),
        "deviation": float(images.std()),
        "finite": bool(np.isfinite(images).all()),
        "zero": bool((np.abs(images) < 0.001).all()),
        "like": next(like, ""),
    }


def saved(path):
    """Return what a saved array is; of many images the first 2,000 tell how finely they are stored."""
    import numpy as np

    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        return {"wrong": "no such file"}
    except (OSError, ValueError) as error:
        return {"wrong": f"no array that NumPy reads ({error})"}
    if coarse(images.dtype):
        return {"wrong": coarse(images.dtype)}
    if images.ndim < 3 or not images.size:
        return {"wrong": f"an array of the shape {images.shape}"}
    return {
        "wrong": "",
        "mean": float(images.mean(dtype=np.float64)),
        "deviation": float(images.std(dtype=np.float64)),
        "black": float(images.min()),
        "values": len(np.unique(images[:2000])),
    }


# What the checks say of it


def seen(workshop):
    """Return what the child process saw; one run serves all checks."""
    return workshop.probe(look)


def where(workshop):
    """Return the place of the hole."""
    return f"{workshop.package}/pipeline/preprocess.py, standardize"


def of_input(workshop, name):
    """Return what became of an input; a NotYet tells of a crash or of a result of another form."""
    made, place = seen(workshop)["tried"][name], where(workshop)
    if made.get("hole"):
        raise NotYet(
            "a function that returns the splits",
            made["error"],
            made["where"],
            "write what the docstring of `standardize` asks for in place of `raise …`, then `coach check`",
        )
    if "error" in made:
        raise NotYet(f"a result for {KINDS[name]}", made["error"], made["where"], MEND)
    form = "a dict with an array of floats (float32 or more) for each split that came in, of the same shape"
    require(
        not made["form"],
        expected=form,
        found=made["form"],
        where=place,
        next="mend what `standardize` returns, then `coach check`",
    )
    return made["splits"]


KINDS = {
    "pixels": "images of float32 numbers",
    "float64": "images of float64 numbers",
    "bytes": "images of whole numbers from 0 to 255 (uint8)",
    "white": "images that are all white",
    "black": "training images that are all black",
}


def shown(split):
    """Return a split's numbers for a person."""
    like = f": {split['like']}" if split["like"] not in ("", "right") else ""
    return f"mean {split['mean']:.4g} and standard deviation {split['deviation']:.4g}{like}"


@points(2)
@hints(
    "Look at the docstring of `standardize`: what comes in, what goes out?",
    'Subtract the mean of all pixels of `splits["train"]`, then divide by their standard deviation: two numbers.',
    '`mean, deviation = splits["train"].mean(), splits["train"].std()`, then `(images - mean) / deviation` for each of `splits.items()`',
)
def test_training_split(workshop):
    """The training split has mean 0 and standard deviation 1, taken over all its pixels at once."""
    train = of_input(workshop, "pixels")["train"]
    require(
        abs(train["mean"]) < 0.01 and abs(train["deviation"] - 1) < 0.01,
        expected="mean 0 and standard deviation 1 over all pixels of the training split",
        found=shown(train),
        where=where(workshop),
        next="subtract the mean first, then divide by the deviation, both of all pixels of "
        '`splits["train"]`; then `coach check`',
    )
    require(
        train["like"] == "right",
        expected="one mean and one deviation for all images and pixels",
        found=train["like"]
        or "mean 0 and deviation 1, but single pixels that differ from (pixel - mean) / deviation",
        where=where(workshop),
        next="use `.mean()` and `.std()` without an axis in `standardize`, then `coach check`",
    )


@needs(test_training_split)
@points(2)
@hints(
    "Which numbers may know of the test images? None that the training uses.",
    "Validation and test are shifted and scaled by the same two numbers as the training split.",
    'Take `mean` and `deviation` from `splits["train"]` once, before the loop, whatever the order of the splits.',
)
def test_other_splits(workshop):
    """Validation and test are standardized by the training split's mean and deviation."""
    splits = of_input(workshop, "pixels")
    for split in ("validation", "test"):
        require(
            splits[split]["like"] == "right",
            expected=f"{split} by the mean and the deviation of the training split",
            found=shown(splits[split]),
            where=where(workshop),
            next='take both numbers from `splits["train"]`, for every split, then `coach check`',
        )


@needs(test_training_split)
@hints(
    "The caller still needs the images as they were: for the picture of before and after.",
    "`images -= mean` writes into the array that came in; `images - mean` makes a new one.",
    "Write `(images - mean) / deviation` in place of `-=` and `/=`, and no `out=`.",
)
def test_inputs_untouched(workshop):
    """The arrays that come in stay as they were."""
    for name in ("pixels", "float64", "bytes"):
        changed = seen(workshop)["tried"][name]["changed"]
        require(
            not changed,
            expected=f"{KINDS[name]} left as they came in",
            found=f"{', '.join(changed)} changed by the function",
            where=where(workshop),
            next="make a new array, `images - mean`, in place of `images -= mean`, then `coach check`",
        )


@needs(test_other_splits, test_inputs_untouched)
@hints(
    "Raw images are uint8: whole numbers from 0 to 255. What is 3 - 5 in uint8? 254.",
    "Turn the images into floats before the arithmetic, and do not round the mean.",
    "`images.astype(np.float32)` before the subtraction",
)
def test_integer_input(workshop):
    """Images of whole numbers (uint8) give the same as images of floats."""
    for split, made in of_input(workshop, "bytes").items():
        require(
            made["like"] == "right",
            expected=f"the same for {KINDS['bytes']} as for floats",
            found=f"for {split}, {shown(made)}, and pixels that are wrong",
            where=where(workshop),
            next="write `images.astype(np.float32)` before the arithmetic, then `coach check`",
        )


@needs(test_training_split)
@hints(
    "What is the standard deviation of images that are all alike? What is 0 / 0?",
    "Where the deviation is 0, only subtract the mean: the result is 0 everywhere.",
    '`deviation = splits["train"].std() or 1.0`',
)
def test_constant_input(workshop):
    """Images that are all alike become zeros; nothing is NaN or infinite."""
    for name in ("white", "black"):
        for split, made in of_input(workshop, name).items():
            require(
                made["finite"],
                expected=f"plain numbers for {KINDS[name]}",
                found=f"NaN or infinite values in {split}: something is divided by a deviation of 0",
                where=where(workshop),
                next='write `deviation = splits["train"].std() or 1.0` in `standardize`, then `coach check`',
            )
            require(
                made["zero"] or (name, split) in (("black", "validation"), ("black", "test")),
                expected=f"zeros for {KINDS[name]}",
                found=shown(made),
                where=where(workshop),
                next="subtract the mean before you divide, then `coach check`",
            )


@hints(
    "What does the stage read? Files that another stage made count, and so does its own code.",
    "data/raw is what download makes: with it as a dependency, preprocess runs after download.",
    "Write `deps:` into the stage preprocess in dvc.yaml, below it `- data/raw` and the module's file, `….py`.",
)
def test_dependencies(workshop):
    """The stage runs its module, and depends on it and on data/raw."""
    stage = workshop.stage("preprocess")
    require_command(stage, f"{workshop.package}.pipeline.preprocess")
    require_unfrozen(stage)
    require_wired(stage, deps=["data/raw", f"{workshop.package}/pipeline/preprocess.py"])


@hints(
    "Which values of params.yaml does the code of the stage use?",
    "It uses the whole section: name each key (`preprocess.seed`, …), or the section once.",
    "Write `params:` into the stage in dvc.yaml, and below it `- preprocess`.",
)
def test_parameters(workshop):
    """The stage names every parameter of the section preprocess."""
    section = workshop.params().get("preprocess")
    require(
        isinstance(section, dict) and section,
        expected="the section `preprocess:` with its values",
        found="no such section" if section is None else repr(section),
        where="params.yaml",
        next="`git checkout params.yaml` brings the section back",
    )
    require_wired(workshop.stage("preprocess"), params=[f"preprocess.{key}" for key in section])


@hints(
    "What does the module write? Look at `main`: there are two things.",
    "What is not among the outputs is neither cached nor pushed, and a colleague will not get it.",
    "Add `- reports/preprocess.png` below `outs:`, beside `- data/prepared`.",
)
def test_outputs(workshop):
    """The stage's outputs are data/prepared and reports/preprocess.png, kept in DVC's cache."""
    require_wired(workshop.stage("preprocess"), outs=OUTPUTS)


@needs(test_dependencies, test_parameters, test_outputs)
@points(2)
@hints(
    "The stage has to run again after every change of what it reads, its code too.",
    "`dvc status preprocess` says what has changed since the last run.",
    "`dvc repro preprocess`",
)
def test_has_run(workshop):
    """The stage has run as it stands now, and dvc.lock records it."""
    require_fresh(workshop, "preprocess")


@needs(test_other_splits, test_has_run)
@points(2)
@hints(
    "What the next stage reads back must be what `standardize` returned.",
    "An 8-bit number or picture holds 256 levels and nothing below 0: save float32 arrays.",
    "Hand what `standardize` returns to `prepared.save`, which writes float32, then `dvc repro --force preprocess`",
)
def test_saved(workshop):
    """data/prepared holds the standardized images as floats, not rounded."""
    splits = seen(workshop)["saved"]
    again = "`dvc repro --force preprocess`"
    for split, made in splits.items():
        require(
            not made["wrong"],
            expected="the standardized images as floats (a .npy file of float32)",
            found=made["wrong"],
            where=f"data/prepared/{split}_images.npy",
            next=f"save the array that `standardize` returns, then {again}",
        )
    train, angle = splits["train"], workshop.params()["preprocess"].get("max_angle")
    require(
        abs(train["mean"]) < 0.01 and abs(train["deviation"] - 1) < 0.01,
        expected="mean 0 and standard deviation 1",
        found=f"mean {train['mean']:.4g} and standard deviation {train['deviation']:.4g}",
        where="data/prepared/train_images.npy",
        next=f"save what `standardize` returns, unchanged, then {again}",
    )
    require(
        train["values"] > 256
        or not angle,  # images that are not turned keep the raw images' few levels
        expected="images that are not rounded",
        found=f"only {train['values']} different values: 8 bits or less",
        where="data/prepared/train_images.npy",
        next=f"save floats without rounding, then {again}",
    )
    for split, made in splits.items():
        require(
            abs(made["black"] - train["black"]) < 0.001,
            expected=f"the same value for black in every split, {train['black']:.4f} as in train",
            found=f"{made['black']:.4f}: another shift or scale than that of train",
            where=f"data/prepared/{split}_images.npy",
            next=f"hand all splits to `standardize` at once, then {again}",
        )


@needs(test_outputs)
@hints(
    "Git is for code and small text; what the stage makes is DVC's.",
    "`git ls-files data reports` must list neither data/prepared nor reports/preprocess.png.",
    "`git rm -r --cached data/prepared reports/preprocess.png`, then `git commit`",
)
def test_data_not_in_git(workshop):
    """Git holds neither the arrays nor the picture."""
    for path in OUTPUTS:
        require_not_in_git(workshop, path)


@needs(test_has_run)
@hints(
    "Code, wiring and record belong together: commit them together.",
    "`git status` lists what Git does not hold yet.",
    '`git add dvc.yaml dvc.lock params.yaml` and the module\'s file, then `git commit -m "Standardize the images"`',
)
def test_committed(workshop):
    """The stage, its record in dvc.lock, its code and its parameters are committed."""
    require_stage_committed(workshop, "preprocess")


@needs(test_committed)
@points(2)
@hints(
    "So far the arrays are on your machine only.",
    "`dvc status --cloud` compares your cache with the remote.",
    "`dvc push`",
)
def test_pushed(workshop):
    """The arrays and the picture of the last commit are in the remote, byte for byte."""
    require_pushed(workshop, *OUTPUTS)
