from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.instance import RunningInstance, running_nazar


@pytest.fixture(scope="session")
def instance_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def running_instance(instance_data: Path) -> Iterator[RunningInstance]:
    """One instance with the sample roadmap, shared by tests that leave it as they found it."""
    with running_nazar(instance_data, streams__open_timeout_s="3", streams__read_timeout_s="3") as instance:
        yield instance
