"""Storage is tested on both databases that it runs on."""

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a new database: a file, or one on a server where there is one."""
    return str(request.getfixturevalue(f"{request.param}_url"))
