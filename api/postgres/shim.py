"""How does PostgreSQL start as a child that cannot outlive its parent? Run as a script, this becomes the server.

`python shim.py PARENT UID GID PROGRAM ARGUMENT...` gives up root (where UID is not its own), asks the kernel to end it
with its parent, and turns into PROGRAM. The kernel forgets that wish when the user changes, so the order matters.
It imports nothing but the standard library, so that it costs a few milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PARENT_IS_GONE = 75


def become(parent: int, uid: int, gid: int, command: list[str]) -> None:
    if os.getuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    # SIGQUIT is PostgreSQL's immediate shutdown: nothing is lost, the next start replays the log.
    end_with(parent, signal.SIGQUIT)
    os.execv(command[0], command)


def end_with(parent: int, farewell: signal.Signals) -> None:
    """This will have the kernel send us `farewell` when the thread that started us ends, even by kill -9."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, farewell, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit(PARENT_IS_GONE)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
