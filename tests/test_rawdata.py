"""The raw data: the same bytes everywhere, read back rightly, and a download that is whole or told."""

import gzip
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from coach.buckets import rawdata
from coach.environment import Trouble

NAMES = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
]


def read_idx(data):
    """Return the array of an IDX file, read by the format's own description."""
    data = gzip.decompress(data)
    zero, kind, dims = struct.unpack(">HBB", data[:4])
    assert (zero, kind) == (0, 8)
    shape = struct.unpack(f">{dims}I", data[4 : 4 + 4 * dims])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dims).reshape(shape)


@pytest.mark.parametrize("name", rawdata.DATASETS)
def test_each_data_set_states_source_licence_and_checksums(name):
    dataset = rawdata.DATASETS[name]
    assert "http" in dataset.source and "CC BY" in dataset.licence and dataset.title
    assert list(dataset.md5) == NAMES and all(len(md5) == 32 for md5 in dataset.md5.values())


# digits


def test_digits_are_the_same_bytes_everywhere():
    files = rawdata.make("digits")
    assert {name: rawdata.md5_of(data) for name, data in files.items()} == rawdata.DATASETS["digits"].md5


def test_digits_read_back_as_scikit_learn_has_them():
    from sklearn.datasets import load_digits

    files, loaded = rawdata.make("digits"), load_digits()
    images = np.concatenate([read_idx(files[NAMES[0]]), read_idx(files[NAMES[2]])])
    labels = np.concatenate([read_idx(files[NAMES[1]]), read_idx(files[NAMES[3]])])
    assert read_idx(files[NAMES[0]]).shape == (1437, 8, 8) and len(images) == len(labels) == 1797
    assert np.array_equal(labels, loaded.target) and images.max() == 255
    assert np.array_equal(np.rint(images / 255 * 16), loaded.images)


@pytest.mark.parametrize("size", [0, 1, 65534, 65535, 65536, 200_000])
def test_packed_data_is_gzip(size):
    data = bytes(n % 251 for n in range(size))
    assert gzip.decompress(rawdata.pack(data)) == data


def test_an_environment_without_scikit_learn_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(Trouble) as error:
        rawdata.make("digits")
    assert "scikit-learn" in error.value.expected and error.value.next == "`pipenv install --dev`"


# MNIST, from a mirror on this machine


@pytest.fixture(scope="module")
def torchvision():
    """Return torchvision, also where its build does not fit torch's: two operators are declared first."""
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    try:
        import torchvision
    except RuntimeError:
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision
    yield torchvision
    del library


class Mirror(BaseHTTPRequestHandler):
    """Serve the four files; `mood` says how, `asked` keeps what was asked for."""

    mood, asked = "good", []

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        self.asked.append(name)
        if self.mood == "not found":
            return self.send_error(404)
        body = b"other" if self.mood == "wrong" else FILES[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:20] if self.mood in ("cut", "silent") else body)
        if self.mood == "silent":
            self.wfile.flush()
            time.sleep(2)

    def log_message(self, *_):
        pass


FILES = {name: gzip.compress(name.encode() * 20) for name in NAMES}


@pytest.fixture
def mirror(monkeypatch, torchvision):
    """Return the address of a mirror with small files; theirs are the checksums that are expected."""
    md5 = {name: rawdata.md5_of(data) for name, data in FILES.items()}
    monkeypatch.setattr(rawdata, "DATASETS", {"mnist": rawdata.Dataset("", "", "", md5)})
    monkeypatch.setattr(Mirror, "mood", "good")
    monkeypatch.setattr(Mirror, "asked", [])
    monkeypatch.delenv("MNIST_MIRROR", raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/mnist"
    server.shutdown()
    server.server_close()


def test_the_checksums_are_torchvisions(torchvision):
    assert dict(torchvision.datasets.MNIST.resources) == rawdata.DATASETS["mnist"].md5


@pytest.mark.parametrize("slash", ["", "/"])
def test_mnist_comes_whole_from_the_mirror(mirror, slash):
    assert rawdata.make("mnist", mirror=mirror + slash) == FILES


def test_the_mirror_can_be_set_in_the_environment(mirror, monkeypatch):
    monkeypatch.setenv("MNIST_MIRROR", mirror)
    assert rawdata.make("mnist") == FILES


def test_a_second_mirror_is_tried(mirror, monkeypatch, torchvision):
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/", mirror + "/"])
    assert rawdata.make("mnist") == FILES


def test_what_was_downloaded_is_kept_and_only_a_damaged_file_comes_again(mirror, tmp_path):
    rawdata.make("mnist", mirror=mirror, cache_dir=tmp_path)
    (tmp_path / NAMES[2]).write_bytes(b"damaged")
    Mirror.asked.clear()
    assert rawdata.make("mnist", mirror=mirror, cache_dir=tmp_path) == FILES
    assert set(Mirror.asked) == {NAMES[2]}


@pytest.mark.parametrize(
    "mood, word",
    [("not found", "404"), ("wrong", "corrupted"), ("cut", ""), ("silent", "timed out")],
)
def test_a_failed_download_is_told_and_leaves_nothing(mirror, tmp_path, monkeypatch, mood, word):
    monkeypatch.setattr(Mirror, "mood", mood)
    before = time.monotonic()
    with pytest.raises(Trouble) as error:
        rawdata.make("mnist", mirror=mirror, cache_dir=tmp_path, timeout=0.5)
    assert time.monotonic() - before < 3
    assert mirror in error.value.found and word in error.value.found
    assert NAMES[0] in error.value.expected and "MNIST_MIRROR" in error.value.next
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "no address", "http://127.0.0.1:abc"])
def test_a_mirror_that_is_not_there_is_told(mirror, address):
    with pytest.raises(Trouble) as error:
        rawdata.make("mnist", mirror=address, timeout=0.5)
    assert address in error.value.found


def test_a_torchvision_that_cannot_be_imported_is_told(mirror, monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision.datasets", None)
    with pytest.raises(Trouble) as error:
        rawdata.make("mnist", mirror=mirror)
    assert "torchvision" in error.value.expected
