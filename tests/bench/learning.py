"""Time until the digits are read with 98 % accuracy, import included: the network against a support vector machine."""

import sys
import time
from pathlib import Path

ENOUGH = 0.98  # of the validation images


def rows(folder, options):
    """Yield the row; both sides are processes of their own, on the arrays that the stage preprocess makes."""
    from measure import STATED, in_turns, row, seconds, start_of
    from states import TREE, generate

    sys.path.append(str(TREE))
    from coach.buckets import rawdata

    project = generate(folder, kind="project", data="digits")
    (project / "data" / "raw").mkdir()
    for file, content in rawdata.make("digits").items():
        (project / "data" / "raw" / file).write_bytes(content)
    seconds([sys.executable, "-m", "dvc_workshop.pipeline.preprocess"], cwd=project)

    def side(name):
        return lambda: seconds([sys.executable, __file__, name, str(options.seed)], cwd=project)

    values = in_turns(side("network"), side("svc"), rounds=options.rounds)
    limit, floor = "import of torch, which the support vector machine does without", start_of("import torch")
    name = f"{ENOUGH:.0%} on the digits, import included, against scikit-learn's SVC"
    yield row(name, *values, STATED, limit, floor=floor)


def network(seed):
    """Train until it is enough, as the stage train does, and return the accuracy."""
    from dvc_workshop import params
    from dvc_workshop.model import DigitsNet
    from dvc_workshop.pipeline import train

    p = params.load().train.model_copy(update={"seed": seed})
    train.make_repeatable(p.seed)
    data = {name: train.load(name, "cpu") for name in ("train", "validation")}
    net = DigitsNet(data["train"][0].shape[-1], p.dropout)
    for metrics in train.fit(net, data, p):
        if metrics["validation/accuracy"] >= ENOUGH:
            break
    return metrics["validation/accuracy"]


def svc(seed):
    """Fit a support vector machine, with settings that reach it, and return the accuracy."""
    from dvc_workshop import prepared
    from sklearn.svm import SVC

    (images, labels), (others, digits) = prepared.load("train"), prepared.load("validation")
    machine = SVC(C=3, gamma=0.03, random_state=seed).fit(images.reshape(len(images), -1), labels)
    return machine.score(others.reshape(len(others), -1), digits)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    began, reached = time.perf_counter(), {"network": network, "svc": svc}[sys.argv[1]](int(sys.argv[2]))
    print(f"{sys.argv[1]}: {reached:.4f} after {time.perf_counter() - began:.2f} s")
    sys.exit(reached < ENOUGH)
