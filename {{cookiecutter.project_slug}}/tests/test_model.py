"""The network takes what preprocess makes, and comes back from disk as it was."""

import pytest
import torch

from {{ cookiecutter.package_name }} import model
from {{ cookiecutter.package_name }}.errors import Problem


@pytest.mark.parametrize("size", [8, 24])
def test_larger_images_need_no_more_weights(size):
    assert model.DigitsNet(size, 0.5).hidden.in_features == 32 * 4 * 4


def test_a_missing_model_is_told(tmp_path):
    with pytest.raises(Problem, match="dvc repro train"):
        model.load(tmp_path / "model.pt")
#~ if 'train' in cookiecutter._solved
{# keep blank lines #}


@pytest.mark.parametrize("size", [4, 5, 8, 15, 16, 17, 24, 28, 33])
def test_one_logit_for_each_class(size):
    assert model.DigitsNet(size, 0.5)(torch.zeros(3, size, size)).shape == (3, 10)


@pytest.mark.parametrize("dropout", [0.0, 0.3, 0.8])
def test_drops_the_asked_share_in_training_only(dropout):
    torch.manual_seed(0)
    net, ones = model.DigitsNet(8, dropout), torch.ones(100_000)
    dropped = net.train().drop(ones)
    assert abs((dropped == 0).float().mean().item() - dropout) < 0.01
    assert abs(dropped.mean().item() - 1) < 0.02
    assert torch.equal(net.eval().drop(ones), ones)


def test_a_saved_model_predicts_the_same(tmp_path):
    net, images = model.DigitsNet(8, 0.3, classes=4), torch.rand(5, 8, 8)
    model.save(net, tmp_path / "models" / "model.pt")
    loaded = model.load(tmp_path / "models" / "model.pt")
    assert torch.equal(model.predict(loaded, images), model.predict(net, images))
    assert (loaded.dropout, loaded.training) == (0.3, False)
#~ endif
