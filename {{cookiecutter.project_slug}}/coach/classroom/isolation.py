"""Shut this process off before it runs a learner's code: no network, no files but those that it needs.

Linux does it by namespaces and Landlock, macOS by `sandbox-exec`; where a system refuses, that is said in words.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import struct
import sys
from contextlib import suppress
from pathlib import Path

NO_NETWORK = "no network"
ALWAYS = "a process of its own with limits of time and memory, a clean environment, an empty home"
NEW_USER, NEW_PID, NEW_NET, NEW_IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
# Landlock: the system calls, and how many rights on files each version of it knows
CREATE, ADD, RESTRICT, NO_NEW_PRIVILEGES = 444, 445, 446, 38
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
READ = 0b1101  # run and read files, list folders
OF_FILES = 0b1100000000000111  # the rights that a single file can have
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store", "/proc")
SYSTEM += ("/sys", "/etc/ld.so.cache", "/etc/passwd", "/etc/localtime", "/etc/nsswitch.conf")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


def prefix(work, readable):
    """Return the words that go before a command so that it runs shut off; none where the process does it itself."""
    if sys.platform != "darwin" or not shutil.which("sandbox-exec"):
        return []
    home, work = below(Path.home()), below(work)
    folders = " ".join([work, *map(below, readable)])
    listed = " ".join(sorted({below(Path(each).parent, "literal") for each in readable}))
    rules = f"(version 1)(allow default)(deny network*)(deny file-read* {home})"
    # Python lists the folder in which it looks for a package, and asks about all those above it.
    rules += f"(allow file-read-metadata {home})(allow file-read* {listed} {folders})"
    rules += f"(deny file-write*)(allow file-write* {work})"
    return ["sandbox-exec", "-p", f'{rules}(allow file-write* (subpath "/dev"))']


def below(folder, kind="subpath"):
    """Return what stands for a folder, `literal` for it alone, in macOS's rules, which know no links."""
    return f"({kind} {json.dumps(str(Path(folder).resolve()), ensure_ascii=False)})"


def enter(work, readable):
    """Shut this process off, before it has begun a thread; return in words what the system gave."""
    if sys.platform == "darwin":
        given = [NO_NETWORK, "no files of this user (sandbox-exec)"]
        return given if shutil.which("sandbox-exec") else []
    if sys.platform != "linux":
        return []
    given = []
    with suppress(OSError, AttributeError):
        namespaces()
        given += [NO_NETWORK, "no other processes (Linux namespaces)"]
    with suppress(OSError, AttributeError):
        landlock(work, readable)
        given.append("no files but the workshop's (Landlock)")
    return given


def is_enough(given):
    """Say whether a learner's code may run with this: it could read, change and delete this user's files."""
    return any(each.startswith("no files") for each in given)


def words(given):
    """Return in sentences what the learners' code could do while it was run."""
    ran = f"The learners' code ran with {', '.join([*given, ALWAYS])}."
    return ran if NO_NETWORK in given else f"{ran} This system did not keep it from the network."


def checked(result):
    """Return the result of a function of the C library; -1 is an OSError."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def namespaces():
    """Leave the network and the other processes; a new process goes on, this one waits and ends as it ends."""
    libc, user, group = ctypes.CDLL(None, use_errno=True), os.geteuid(), os.getegid()
    checked(libc.unshare(NEW_USER | NEW_NET | NEW_PID | NEW_IPC))
    maps = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
    for name, text in maps.items():
        Path("/proc/self", name).write_text(text, encoding="ascii")
    if inside := os.fork():
        _, status = os.waitpid(inside, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def landlock(work, readable):
    """Leave this process and its children only these files, and of them only `work` to change."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = checked(libc.syscall(CREATE, None, ctypes.c_size_t(0), 1))
    every = (1 << RIGHTS.get(version, 16)) - 1
    rights = struct.pack("<QQQ", every, 0, 0b11 if version >= 6 else 0)
    size = 24 if version >= 6 else 8  # from version 6 on: no signals to other processes
    rules = checked(libc.syscall(CREATE, rights, ctypes.c_size_t(size), 0))
    allowed = {**dict.fromkeys((*SYSTEM, *readable), READ), **dict.fromkeys(DEVICES, READ | 2)}
    for path, those in {**allowed, work: every}.items():
        allow(libc, rules, path, those & every)
    checked(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    checked(libc.syscall(RESTRICT, rules, 0))
    os.close(rules)


def allow(libc, rules, path, rights):
    """Add a rule; what is not there needs none."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= OF_FILES
    checked(libc.syscall(ADD, rules, 1, struct.pack("<Qi", rights, opened), 0))
    os.close(opened)


if __name__ == "__main__":
    print(json.dumps(enter(sys.argv[1], sys.argv[2:])))
