"""Holds an embedded PostgreSQL on the folder named by its argument, says where, and lets go when its input ends.

Without a second argument, `durable`, it does not wait for the disk: what a killed process wrote is with the kernel.
"""

import json
import sys
from pathlib import Path

from api.cli import exit_with_one_line
from api.postgres import embedded


def hold() -> None:
    with embedded(Path(sys.argv[1]), durable=sys.argv[2:] == ["durable"]) as server:
        assert server.process is not None
        print(json.dumps({"postgres": server.process.pid, "url": server.url()}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    sys.exit(exit_with_one_line(hold))
