"""Programs of others that compose and join graphs, installed once for the session."""

from pathlib import Path

import pytest

from tests.api.packages import CannotInstall, installed

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def programs() -> Path:
    """Where the composers, Apollo's gateway and its suite are."""
    try:
        return installed(HERE)
    except CannotInstall as reason:
        pytest.skip(str(reason))
