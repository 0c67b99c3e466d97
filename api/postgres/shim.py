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
    libc = ctypes.CDLL(None, use_errno=True)
    if os.getuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    # SIGQUIT is PostgreSQL's immediate shutdown: nothing is lost, the next start replays the log.
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit(PARENT_IS_GONE)
    os.execv(command[0], command)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
