"""The compose file is read as Compose reads it, and names what there is."""

from pathlib import Path
from typing import Any

import pytest
from compose_spec import PyOptions

DEPLOY = Path(__file__).parents[1] / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
OURS = ("bot", "worker")

Compose = dict[str, Any]  # Any: of YAML


def read(text: str) -> Compose:
    """Return a compose file with its anchors in place.

    Raises:
        ValueError: A key or a value is none of the Compose specification's.
    """
    return PyOptions(apply_merge=True).from_yaml(text).to_dict()


def dangling(compose: Compose) -> set[str]:
    """Return services and volumes that are named and not there."""
    services, found = compose["services"], set[str]()
    for service in services.values():
        found |= set(service.get("depends_on", {})) - set(services)
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        found |= {name for name in named if name[0] not in "./"} - set(compose["volumes"])
    return found


def test_compose_file_has_a_bot_alone_and_workers_on_postgresql():
    services = read(TEXT)["services"]

    assert {name: service.get("profiles") for name, service in services.items()} == {
        "bot": None,
        "worker": ["many"],
        "postgres": ["many"],
    }
    assert services["worker"]["deploy"]["replicas"] == 2
    assert "DATABASE_URL" not in services["bot"]["environment"]


def test_compose_file_names_what_there_is():
    compose = read(TEXT)

    assert dangling(compose) == set()
    for name in OURS:
        build = compose["services"][name]["build"]
        context = (DEPLOY / build["context"]).resolve()
        assert context == DEPLOY.parent
        assert (context / build["dockerfile"]).is_file()
        assert (DEPLOY / compose["services"][name]["env_file"]).resolve() == context / ".env"


@pytest.mark.parametrize("name", OURS)
def test_containers_of_the_bot_write_to_their_volume_alone_and_have_no_rights(name: str):
    service = read(TEXT)["services"][name]

    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["volumes"] == ["data:/data"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("read_only: true", "read_onlyy: true"),
        ("restart: unless-stopped", "restart: sometimes"),
        ("interval: 5s", "interval: 5 parsecs"),
        ("mem_limit: 1g", "mem_limit: lots"),
        ("condition: service_healthy", "condition: service_happy"),
        ("replicas: 2", "replicas: two"),
        ("127.0.0.1:8080:8080", "127.0.0.1:8080:80800"),
    ],
)
def test_mistake_in_a_compose_file_is_seen(right: str, wrong: str):
    assert right in TEXT
    with pytest.raises(ValueError, match=r"."):
        read(TEXT.replace(right, wrong))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [('["rows:', '["lines:'), ("postgres:\n        condition", "p:\n        condition")],
)
def test_name_of_nothing_in_a_compose_file_is_seen(right: str, wrong: str):
    assert right in TEXT
    assert len(dangling(read(TEXT.replace(right, wrong)))) == 1
