"""What every test relies on: repeatable generated cases, no network, no settings of the machine.

Skipped tests are listed by name with their reason at the end of a run, by `-ra --no-fold-skipped` in
pyproject.toml.
"""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

LOOPBACK = ("127.", "::1", "localhost")

# The same cases in every run, and no time limit per case: a busy machine is no failure.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("repeatable")

# The clock of an output comes from the spec or from this variable; a test that wants it sets it.
os.environ.pop("SOURCE_DATE_EPOCH", None)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse connections to other machines, so that a test that needs the network fails here too."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise PermissionError(f"Tests run without a network, but this one connects to {address[0]}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_locally)
        yield
