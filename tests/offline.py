"""Run a command where there is no network but loopback: `unshare --net python offline.py COMMAND …` (Linux)."""

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x41


def bring_up_loopback():
    """Let loopback work, and prove that there is nothing else."""
    assert [name for _, name in socket.if_nameindex()] == ["lo"], "this is not a network of its own"
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", UP_AND_RUNNING))
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=5)
    except OSError:
        return
    raise AssertionError("there is a network")


if __name__ == "__main__":
    bring_up_loopback()
    os.execvp(sys.argv[1], sys.argv[1:])
