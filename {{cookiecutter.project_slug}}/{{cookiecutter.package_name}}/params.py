"""The parameters of all stages: what params.yaml may hold, with types and ranges."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .errors import Problem


class Section(BaseModel):
    """A part of params.yaml: no unknown keys, no text in place of a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Download(Section):
    url: str = Field(min_length=1)  # folder, as fsspec names it


class Preprocess(Section):
    seed: int = Field(ge=0, lt=2**32)
    validation: float = Field(gt=0, lt=1)  # share of all images
    test: float = Field(gt=0, lt=1)  # share of all images
    max_angle: float = Field(ge=0, le=180)  # degrees, to either side
    crop: int = Field(ge=4)  # pixels, width and height

    @model_validator(mode="after")
    def leave_some_to_train_on(self) -> "Preprocess":
        if self.validation + self.test >= 1:
            raise ValueError("shares validation + test below 1")
        return self


class Train(Section):
    seed: int = Field(ge=0, lt=2**32)
    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=1)  # images
    learning_rate: float = Field(gt=0, le=1)  # at its peak
    dropout: float = Field(ge=0, lt=1)  # probability


class Evaluate(Section):
    worst: int = Field(ge=1)  # images


class Params(Section):
    download: Download
    preprocess: Preprocess
    train: Train
    evaluate: Evaluate


def load(path: str | Path = "params.yaml") -> Params:
    """Return the checked parameters; a Problem names the file, the key and the remedy."""
    try:
        return Params.model_validate(_read(path))
    except ValidationError as error:
        raise _explain(path, error) from None


def _read(path: str | Path) -> Any:
    # DVC reads params.yaml with ruamel.yaml too: PyYAML would take 1e-3 for a text.
    try:
        return YAML(typ="safe").load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = "change to the root of the repository, or `git checkout params.yaml`"
        raise Problem(str(path), "no such file", "the parameters", remedy) from None
    except (YAMLError, UnicodeDecodeError) as error:
        found = " ".join(str(error).split())
        raise Problem(str(path), found, "YAML", "mend that line; `git diff` shows it") from None


def _explain(path: str | Path, error: ValidationError) -> Problem:
    # A misspelt key is both unknown and missing: the unknown one tells more.
    first = min(error.errors(), key=lambda mistake: mistake["type"] != "extra_forbidden")
    key, kind, value = first["loc"], first["type"], first["input"]
    name = ".".join(str(part) for part in key) or "the whole file"
    where = f"{path}, {name}"
    if kind == "extra_forbidden":
        return _unknown(where, key)
    if kind == "missing":
        return Problem(
            where, "nothing", "a value", f"add `{key[-1]}:` with its value, then `dvc repro`"
        )
    expected = first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    if kind == "model_type":
        expected = "names with values, as `name: value`"
    found = repr(value)
    if isinstance(value, dict):
        found = ", ".join(f"{key} {each}" for key, each in value.items())
    return Problem(where, found, expected, f"change {name} in {path}, then `dvc repro`")


def _unknown(where: str, key: tuple[Any, ...]) -> Problem:
    model: Any = Params
    for part in key[:-1]:
        model = model.model_fields[part].annotation
    known = list(model.model_fields)
    near = get_close_matches(str(key[-1]), known, n=1, cutoff=0.5)
    remedy = f"rename it to `{near[0]}`" if near else "take it out"
    return Problem(
        where, "an unknown name", "one of " + ", ".join(known), f"{remedy}, then `dvc repro`"
    )
