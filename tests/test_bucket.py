"""The local cloud: the real server, started, killed, crowded out, copied, damaged; and the cloud's part of it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from coach import environment
from coach.buckets import commands, credentials, gcs, http, processes, rawdata, server
from coach.buckets.lock import only_one
from coach.buckets.ports import free_port

TEMPLATE = Path(__file__).parents[1] / "{{cookiecutter.project_slug}}"

FACTS = ("found", "expected", "where", "next")


@pytest.fixture
def make(tmp_path):
    """Return a function that makes a workshop's settings in a new folder; their servers end with the test."""
    roots = []

    def workshop(name="wörk shop", port=None, buckets="local"):
        root = tmp_path / name
        root.mkdir(parents=True)
        lines = [f'{k} = "{v}"' for k, v in {"package": "w", "data": "digits", "buckets": buckets}.items()]
        lines += ['raw = "gs://w-raw"', 'cache = "gs://w-cache"']
        (root / "pyproject.toml").write_text("[tool.coach]\n" + "\n".join(lines) + "\n")
        host = f"STORAGE_EMULATOR_HOST=http://127.0.0.1:{port or a_port()}\n"
        (root / ".env").write_text("# mine\n" + host * (buckets == "local") + "NO_GCE_CHECK=true\n")
        roots.append(root)
        return root

    yield workshop
    for root in roots:
        server.end(root)


@pytest.fixture
def root(make):
    """Return one workshop's folder; its name has a space and a letter that is not ASCII."""
    return make()


@pytest.fixture
def impatient(monkeypatch):
    """Make the time limit of a request short."""
    monkeypatch.setattr(http, "SECONDS", 0.3)


@pytest.fixture
def serve():
    """Return a function that serves (status, body) for {method: …} on a free port and returns the address."""
    servers = []

    def start(answers):
        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = answers[self.command]
                status, body = answer(self) if callable(answer) else answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_DELETE = answer
            log_message = lambda *_: None  # noqa: E731

        one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        one.handle_error = lambda *_: None
        threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(one)
        return f"http://127.0.0.1:{one.server_port}"

    yield start
    for one in servers:
        one.shutdown()
        one.server_close()


def a_port():
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_of(root):
    return int(environment.read_env(root)["STORAGE_EMULATOR_HOST"].rpartition(":")[2])


def store_of(root):
    return gcs.Storage(environment.read_env(root)["STORAGE_EMULATOR_HOST"])


def kill(root):
    """Kill the server as a crash of the machine does."""
    for pid in server.find(root):
        os.kill(pid, signal.SIGKILL)
    while server.find(root):
        time.sleep(0.01)


def told(error):
    """Return the four facts of an error, all of them there."""
    facts = {fact: getattr(error.value, fact) for fact in FACTS}
    assert all(isinstance(text, str) and text for text in facts.values()), facts
    return facts


# The server


def test_start_fills_the_raw_bucket_and_makes_an_empty_cache_bucket(root):
    status = commands.start(root)
    assert (status.problem, status.raw_objects, status.cache_objects) == (None, 4, 0)
    assert "gs://w-raw, 4 objects" in str(status)
    store = store_of(root)
    assert store.buckets().keys() == {"w-raw", "w-cache"}
    files = rawdata.make("digits")
    assert {f"digits/{name}" for name in files} == set(store.list("w-raw"))
    assert all(store.get("w-raw", f"digits/{name}") == data for name, data in files.items())


def test_start_again_changes_nothing(root):
    first, again = commands.start(root), commands.start(root)
    assert again.pid == first.pid and again.notes == ()
    assert list(server.find(root)) == [first.pid]
    assert json.loads((root / ".coach/server.json").read_text()) == {
        "pid": first.pid,
        "port": port_of(root),
    }


def test_data_survives_a_crash_and_a_restart(root):
    commands.start(root)
    store_of(root).put("w-cache", "files/md5/ab/cd", b"kept\r")
    kill(root)
    status = commands.status(root)
    assert isinstance(status.problem, gcs.ServerDown) and "coach bucket start" in status.problem.next
    assert commands.start(root).cache_objects == 1
    commands.stop(root)
    commands.start(root)
    assert store_of(root).get("w-cache", "files/md5/ab/cd") == b"kept\r"


def run_start(root, **options):
    code = "import sys; from coach.buckets import commands; commands.start(sys.argv[1])"
    env = {**os.environ, "PYTHONPATH": str(TEMPLATE)}
    return subprocess.Popen([sys.executable, "-c", code, str(root)], env=env, stderr=subprocess.PIPE, **options)


def test_the_server_outlives_the_command_and_the_terminal_that_started_it(root):
    start = run_start(root, start_new_session=True)
    assert start.communicate()[1] == b""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(start.pid, signal.SIGKILL)
    assert commands.status(root).problem is None


def test_two_starts_at_once_make_one_server(root):
    starts = [run_start(root) for _ in range(3)]
    assert [start.communicate()[1] for start in starts] == [b""] * 3
    assert len(server.find(root)) == 1 and commands.status(root).problem is None


def test_a_start_that_never_ends_holds_up_the_next_one_with_words_only(root):
    with only_one(root):
        with pytest.raises(gcs.BucketError) as error, only_one(root, seconds=0.1):
            pass
    assert "another `coach bucket` command" in told(error)["found"]


def test_stop_twice(root):
    commands.start(root)
    assert "has stopped" in commands.stop(root)
    assert "was not running" in commands.stop(root)
    assert not (root / ".coach/server.json").exists()


def test_a_stale_record_ends_no_other_process(root):
    commands.start(root)
    kill(root)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (root / ".coach/server.json").write_text(json.dumps({"pid": other.pid, "port": port_of(root)}))
        assert commands.status(root).problem
        commands.stop(root)
        commands.start(root)
        commands.reset(root)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_another_port_moves_the_server_and_rewrites_one_line_of_env(root):
    first = commands.start(root)
    port = a_port()
    status = commands.start(root, port=port)
    assert any("pipenv shell" in note for note in status.notes)
    host = f"STORAGE_EMULATOR_HOST=http://127.0.0.1:{port}"
    assert (root / ".env").read_text() == f"# mine\n{host}\nNO_GCE_CHECK=true\n"
    assert server.find(root) == {status.pid: port} and status.pid != first.pid
    assert status.raw_objects == 4


def test_a_lost_coach_folder_under_a_running_server_is_mended(root):
    pid = commands.start(root).pid
    shutil.rmtree(root / ".coach")
    assert "coach bucket start" in commands.status(root).problem.next
    status = commands.start(root)
    assert status.problem is None and list(server.find(root)) == [status.pid] and status.pid == pid


def test_a_server_that_hangs_is_replaced(root, impatient, monkeypatch):
    pid = commands.start(root).pid
    os.kill(pid, signal.SIGSTOP)
    while server.owner(root, port_of(root)) == server.OURS:
        pass
    status = commands.status(root)
    assert "this workshop's own server" in status.problem.found
    assert status.problem.next == "`coach bucket start`"
    monkeypatch.undo()
    assert commands.start(root).pid != pid


def test_reset_empties_the_cache_and_refills_the_raw_bucket(root):
    commands.start(root)
    store_of(root).put("w-cache", "x", b"1")
    store_of(root).put("w-raw", "digits/extra", b"1")
    status = commands.reset(root)
    assert (status.raw_objects, status.cache_objects) == (4, 0)


def damage(store, name):
    store.put("w-raw", name, store.get("w-raw", name)[:100])


@pytest.mark.parametrize("harm, word", [(gcs.Storage.delete, "missing"), (damage, "changed")])
def test_an_incomplete_raw_bucket_is_named_and_mended(root, harm, word):
    commands.start(root)
    name = "digits/train-images-idx3-ubyte.gz"
    harm(store_of(root), *(["w-raw", name] if word == "missing" else [name]))
    problem = commands.status(root).problem
    assert problem.found == f"train-images-idx3-ubyte.gz {word}" and problem.next == "`coach bucket start`"
    assert commands.start(root).problem is None


def test_a_bucket_that_is_gone_is_named_and_made_again(root):
    commands.start(root)
    shutil.rmtree(root / ".coach/buckets/w-cache")
    problem = commands.status(root).problem
    assert "gs://w-cache" in problem.found and problem.next == "`coach bucket start`"
    assert commands.start(root).problem is None


# The port


def test_a_port_taken_by_a_silent_stranger(root, impatient):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port_of(root)))
        stranger.listen()
        before = time.monotonic()
        with pytest.raises(gcs.BucketError) as error:
            commands.start(root)
        assert time.monotonic() - before < 3
        assert "another program" in told(error)["found"]
        command = told(error)["next"].strip("`").split()
        assert command[:4] == ["coach", "bucket", "start", "--port"]
        assert commands.start(root, port=int(command[4])).problem is None
    assert port_of(root) == int(command[4])


def test_a_port_that_is_bound_but_not_listened_on(root):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port_of(root)))
        with pytest.raises(gcs.BucketError) as error:
            commands.start(root)
    assert "address already in use" in told(error)["found"] and "--port" in told(error)["next"]


def test_a_port_taken_by_another_workshop(make):
    one = make("one")
    pid, two = commands.start(one).pid, make("two", port=port_of(one))
    with pytest.raises(gcs.BucketError) as error:
        commands.start(two)
    assert "another workshop" in told(error)["found"] and "another workshop" in commands.status(two).problem.found
    commands.stop(two)
    assert list(server.find(one)) == [pid]


def test_a_copied_workshop_does_not_take_the_originals_server_for_its_own(make):
    one = make("one")
    pid, two = commands.start(one).pid, make("two", port=port_of(one))
    shutil.copytree(one / ".coach", two / ".coach")
    assert "another workshop" in commands.status(two).problem.found
    commands.stop(two)
    assert list(server.find(one)) == [pid]
    assert commands.start(two, port=a_port()).problem is None and len(server.find(one)) == 1


ENVS = {
    "none": ("", "no STORAGE_EMULATOR_HOST"),
    "empty": ("STORAGE_EMULATOR_HOST=\n", "no STORAGE_EMULATOR_HOST"),
    "not a number": ("STORAGE_EMULATOR_HOST=http://127.0.0.1:abc\n", "127.0.0.1:abc"),
    "no port": ("STORAGE_EMULATOR_HOST=http://127.0.0.1\n", "127.0.0.1"),
    "elsewhere": ("STORAGE_EMULATOR_HOST=http://example.org:4443\n", "example.org"),
    "https": ("STORAGE_EMULATOR_HOST=https://127.0.0.1:4443\n", "https://"),
    "too high": ("STORAGE_EMULATOR_HOST=http://127.0.0.1:99999\n", "99999"),
    "too low": ("STORAGE_EMULATOR_HOST=http://127.0.0.1:80\n", "80"),
}


@pytest.mark.parametrize("text, found", ENVS.values(), ids=ENVS)
def test_an_env_without_a_port_is_told(root, text, found):
    (root / ".env").write_text(text)
    with pytest.raises(gcs.BucketError) as error:
        commands.start(root)
    assert found in told(error)["found"] and "coach bucket start --port" in told(error)["next"]
    assert commands.status(root).problem.found == told(error)["found"]


def test_a_lost_env_is_made_from_the_example(root):
    (root / ".env").rename(root / ".env.example")
    assert commands.start(root).problem is None
    assert (root / ".env").read_text() == (root / ".env.example").read_text()


@pytest.mark.parametrize("port", [0, 80, 70000])
def test_an_impossible_port_is_told(root, port):
    with pytest.raises(gcs.BucketError) as error:
        commands.start(root, port=port)
    assert str(port) in told(error)["found"] and not server.find(root)


def test_a_free_port_is_free():
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        assert free_port(stranger.getsockname()[1] - 1) != stranger.getsockname()[1]


# The program


@pytest.mark.parametrize(
    "system, machine, name",
    [
        ("Linux", "x86_64", "linux-amd64"),
        ("Linux", "aarch64", "linux-arm64"),
        ("Darwin", "arm64", "darwin-arm64"),
        ("Windows", "AMD64", "windows-amd64.exe"),
    ],
)
def test_the_program_of_each_system_is_found_and_made_executable(tmp_path, monkeypatch, system, machine, name):
    program = tmp_path / f"{server.PACKAGE}/vendor/fake-gcs-server/bin/fake-gcs-server-{name}"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    program.chmod(0o644)
    (tmp_path / server.PACKAGE / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(server.platform, "system", lambda: system)
    monkeypatch.setattr(server.platform, "machine", lambda: machine)
    assert server.binary() == program and os.access(program, os.X_OK)


def test_a_missing_package_and_an_unknown_machine_are_told(monkeypatch):
    monkeypatch.setattr(server.platform, "machine", lambda: "riscv64")
    with pytest.raises(gcs.BucketError) as error:
        server.binary()
    assert "unknown" in told(error)["found"]
    monkeypatch.setattr(server, "PACKAGE", "no_such_package")
    with pytest.raises(gcs.BucketError) as error:
        server.binary()
    assert "no package" in told(error)["found"] and "pipenv install" in told(error)["next"]


def test_listings_of_ps_and_powershell_are_read():
    listing = "    1 /sbin/init\r\n  42 C:\\a b\\fake-gcs-server.exe -x é\r\n43 \r\n\r\nPID COMMAND\n"
    assert processes.parse(listing) == {
        1: "/sbin/init",
        42: "C:\\a b\\fake-gcs-server.exe -x é",
        43: "",
    }


@pytest.mark.skipif(not shutil.which("ps"), reason="no ps")
def test_ps_sees_what_proc_sees(monkeypatch):
    monkeypatch.setattr(processes.sys, "platform", "darwin")
    assert "python" in processes.command_lines()[os.getpid()]


# The client


NAMES = ["plain", "a/b/c.gz", "with space", "ünï/çødé", "q?&=#%+", "dots..x"]


def test_objects_come_back_as_they_went(root, monkeypatch):
    commands.start(root)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", environment.read_env(root)["STORAGE_EMULATOR_HOST"])
    store, bodies = gcs.Storage.from_environment(), [
        b"",
        b"\r\n\x00",
        b"\x1f\x8b",
        b"x" * 300_000,
        b"4",
        b"5",
    ]
    store.page = 2
    for name, body in zip(NAMES, bodies):
        store.put("w-cache", name, body)
    listed = store.list("w-cache")
    assert {name: blob.size for name, blob in listed.items()} == dict(zip(NAMES, map(len, bodies)))
    assert {name: blob.md5 for name, blob in listed.items()} == dict(zip(NAMES, map(rawdata.md5_of, bodies)))
    assert [store.get("w-cache", name) for name in NAMES] == bodies
    assert set(store.list("w-cache", "a/")) == {"a/b/c.gz"}
    for name in NAMES:
        store.delete("w-cache", name)
    assert store.list("w-cache") == {}


CALLS = {
    "list": lambda store, bucket: store.list(bucket),
    "get": lambda store, bucket: store.get(bucket, "no such"),
    "put": lambda store, bucket: store.put(bucket, "x", b"1"),
    "delete": lambda store, bucket: store.delete(bucket, "no such"),
}


def test_a_wrong_bucket_and_a_wrong_object_are_told(root):
    commands.start(root)
    for call in CALLS.values():
        with pytest.raises(gcs.NoBucket) as error:
            call(store_of(root), "w-cahce")
        assert "gs://w-cahce" in told(error)["found"] and "gs://w-cache" in told(error)["expected"]
    for name in ("get", "delete"):
        with pytest.raises(gcs.NoObject) as error:
            CALLS[name](store_of(root), "w-cache")
        assert "gs://w-cache/no such" in told(error)["found"]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_server_that_is_down_is_told_at_once(call):
    before = time.monotonic()
    with pytest.raises(gcs.ServerDown) as error:
        call(gcs.Storage(f"http://127.0.0.1:{a_port()}"), "b")
    assert time.monotonic() - before < 1.5 and told(error)["next"] == "`coach bucket start`"


STRANGE = {
    "a web page": (200, b"<html>hello</html>"),
    "other JSON": (200, b"[1, 2]"),
    "not found": (404, b"<html>not here</html>"),
    "an error": (500, b"oops"),
    "nothing": (200, b""),
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
def test_a_server_that_is_no_bucket_server_is_told(serve, answer):
    store = gcs.Storage(serve({"GET": answer, "POST": answer, "DELETE": answer}))
    for call in (CALLS["list"], CALLS["put"]):
        with pytest.raises(gcs.BucketError) as error:
            call(store, "b")
        told(error)
        assert not isinstance(error.value, gcs.NoBucket)


def test_a_put_that_arrives_cut_short_is_told(serve):
    stored = {
        "kind": "storage#object",
        "name": "x",
        "size": "2",
        "md5Hash": "1B2M2Y8AsgTpgAmY7PhCfg==",
    }
    store = gcs.Storage(serve({"POST": (200, json.dumps(stored).encode())}))
    with pytest.raises(gcs.BucketError) as error:
        store.put("b", "x", b"12345")
    assert "2 of 5 bytes" in told(error)["found"]


def test_a_server_that_hangs_or_hangs_up_is_told(serve, impatient):
    def hang(handler):
        time.sleep(1)
        return 200, b""

    def hang_up(handler):
        handler.connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionError

    for answer in (hang, hang_up):
        with pytest.raises(gcs.ServerDown) as error:
            gcs.Storage(serve({"GET": answer})).list("b")
        told(error)


@pytest.mark.parametrize("host", ["http://127.0.0.1:abc", "http://", "ftp://127.0.0.1:1", "::::"])
def test_an_address_that_is_none_is_told(monkeypatch, host):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", host)
    with pytest.raises(gcs.BucketError) as error:
        gcs.Storage.from_environment().list("b")
    assert host in " ".join(told(error).values())


# The cloud, played by a second local server


@pytest.fixture
def cloud(make, monkeypatch):
    """Return (workshop with buckets in the cloud, client of that cloud without any credentials of its own)."""
    behind, root = make("behind"), make("learner", buckets="cloud")
    commands.start(behind)
    store = store_of(behind)
    for name in store.list("w-raw"):
        store.delete("w-raw", name)
    monkeypatch.setattr(gcs, "CLOUD", store.url)
    monkeypatch.setattr(credentials, "token", lambda: "a-token")
    return root, store


def test_in_the_cloud_start_uploads_what_is_missing(cloud):
    root, store = cloud
    status = commands.start(root)
    assert status.problem is None and status.raw_objects == 4 and status.cache_objects == 0
    assert "4 files" in status.notes[0] and commands.start(root).notes == ()
    assert not (root / ".coach/server.json").exists()


def test_in_the_cloud_nothing_is_overwritten(cloud):
    root, store = cloud
    commands.start(root)
    damage(store, "digits/t10k-labels-idx1-ubyte.gz")
    with pytest.raises(gcs.BucketError) as error:
        commands.start(root)
    assert "changed" in told(error)["found"] and "gcloud storage rm" in told(error)["next"]


@pytest.mark.parametrize("command", [commands.stop, commands.reset, lambda root: commands.start(root, port=5000)])
def test_in_the_cloud_the_commands_of_the_local_server_explain_themselves(cloud, command):
    with pytest.raises(gcs.BucketError) as error:
        command(cloud[0])
    assert "cloud" in told(error)["found"]


def test_in_the_cloud_a_missing_bucket_is_told(cloud):
    root, _ = cloud
    text = (root / "pyproject.toml").read_text().replace("w-cache", "w-other")
    (root / "pyproject.toml").write_text(text)
    with pytest.raises(gcs.NoBucket) as error:
        commands.start(root)
    assert told(error)["next"] == "`gcloud storage buckets create gs://w-other`"


def test_in_the_cloud_a_raw_bucket_that_may_only_be_read_is_told(make, serve, monkeypatch):
    def post(handler):
        item = {"kind": "storage#object", "name": "x", "size": "0"}
        return (403, b"{}") if "w-raw" in handler.path else (200, json.dumps(item).encode())

    empty = (200, b'{"kind": "storage#objects"}')
    monkeypatch.setattr(gcs, "CLOUD", serve({"GET": empty, "POST": post, "DELETE": (204, b"")}))
    monkeypatch.setattr(credentials, "token", lambda: "a-token")
    with pytest.raises(gcs.BucketError) as error:
        commands.start(make(buckets="cloud"))
    assert "missing" in told(error)["found"] and "owner" in told(error)["next"]


@pytest.mark.parametrize("token, word", [(None, "no credentials"), ("t", "credentials without access")])
def test_in_the_cloud_a_refusal_is_told(make, serve, monkeypatch, token, word):
    monkeypatch.setattr(gcs, "CLOUD", serve({"GET": (401, b"{}")}))
    monkeypatch.setattr(credentials, "token", lambda: token)
    with pytest.raises(gcs.NoCredentials) as error:
        commands.start(make(buckets="cloud"))
    assert word in told(error)["found"] and "gcloud auth" in told(error)["next"]


@pytest.fixture
def no_google(tmp_path, monkeypatch):
    """Take away every place where google-auth looks for credentials."""
    for name, value in {
        "NO_GCE_CHECK": "true",
        "CLOUDSDK_CONFIG": str(tmp_path),
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)


def test_no_credentials_at_all_are_none(no_google):
    assert credentials.token() is None


@pytest.mark.parametrize("text", [None, "", "{}", '{"type": "service_account"}'])
def test_a_bad_key_file_is_told(no_google, tmp_path, monkeypatch, text):
    if text is not None:
        (tmp_path / "key.json").write_text(text)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    with pytest.raises(gcs.NoCredentials) as error:
        gcs.Storage.cloud().list("b")
    assert "key.json" in told(error)["found"] or "service_account" in told(error)["found"]


def test_a_sign_in_that_hangs_is_told(monkeypatch):
    monkeypatch.setattr(credentials, "SECONDS", 0.1)
    monkeypatch.setattr(credentials, "ask_google", lambda: time.sleep(5))
    with pytest.raises(gcs.NoCredentials) as error:
        gcs.Storage.cloud().list("b")
    assert "no answer within" in told(error)["found"]


# The settings


def test_the_workshop_is_found_from_inside_and_its_absence_is_told(root, tmp_path):
    (root / "a/b").mkdir(parents=True)
    (root / "a/pyproject.toml").write_text("[tool.black]\n")
    assert environment.find_root(root / "a/b") == root.resolve()
    with pytest.raises(environment.Trouble) as error:
        environment.find_root(tmp_path)
    assert str(tmp_path) in told(error)["where"]


@pytest.mark.parametrize(
    "old, new, word",
    [
        ('"digits"', "3", "data"),
        ('"local"', '"both"', "both"),
        ("gs://w-raw", "w-raw", "w-raw"),
        ("raw =", "=", "Invalid"),
    ],
)
def test_wrong_answers_are_told(root, old, new, word):
    file = root / "pyproject.toml"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(environment.Trouble) as error:
        environment.answers(root)
    assert word in told(error)["found"]


def test_a_python_3_10_without_tomli_is_told(root, monkeypatch):
    for name in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, name, None)
    assert environment.find_root(root) == root.resolve()
    with pytest.raises(environment.Trouble) as error:
        environment.answers(root)
    assert "tomli" in told(error)["found"] and "pipenv install" in told(error)["next"]


ENV = """\ufeff# a comment
A=1
export B = two words
C="quoted # text"  # why
D='it''s'
E=http://x/#y # why
F=
NOT A VARIABLE
G=a=b
"""


def test_env_is_read_as_pipenv_reads_it(root, monkeypatch):
    (root / ".env").write_text(ENV, encoding="utf-8")
    expected = {
        "A": "1",
        "B": "two words",
        "C": "quoted # text",
        "D": "it",
        "E": "http://x/#y",
        "F": "",
        "G": "a=b",
    }
    assert environment.read_env(root) == expected
    monkeypatch.setattr(environment, "ADDED", set())
    for key in expected:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("A", "mine")
    added = environment.load_env(root)
    assert os.environ["A"] == "mine" and os.environ["G"] == "a=b" and set(added) == set("BCDEFG")


def test_env_is_rewritten_whole_and_once(root):
    (root / ".env").write_text("A=1\nexport B=2\nB=3\n")
    environment.set_env(root, "B", "4")
    environment.set_env(root, "C", "5")
    assert (root / ".env").read_bytes() == b"A=1\nB=4\nC=5\n"
    assert [file.name for file in root.glob(".env*")] == [".env"]
