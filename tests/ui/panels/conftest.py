"""A real session for every panel's test."""

from collections.abc import Iterator

import pytest

from workbench.session.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    """Nothing loaded and nothing drawn; its workers are gone when the test is over."""
    session = Session()
    yield session
    session.close()
