from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, SettingsError, read_settings, variable_name

ROOT = Path(__file__).parents[2]
TOKEN = "123456:" + "A" * 35
# What INTERFACE promises, as operators know it.
PROMISED = {
    "BOT_TOKEN",
    "BOT_ADMINS",
    "BOT_API_URL",
    "BOT_WEBHOOK_URL",
    "BOT_WEBHOOK_SECRET",
    "PORT",
    "DATABASE_URL",
    "BOT_GRAPH_DIR",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave no variable and no `.env` of the computer that the tests run on."""
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_name(field), raising=False)
    monkeypatch.chdir(tmp_path)


def lines_of_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_example_lists_every_setting_in_order():
    assert list(lines_of_example()) == [variable_name(field) for field in Settings.model_fields]


def test_example_describes_every_setting():
    text = (ROOT / ".env.example").read_text()

    for field, info in Settings.model_fields.items():
        assert f"# {info.description}\n{variable_name(field)}=" in text


def test_example_as_it_is_gives_the_defaults(tmp_path: Path):
    defaults = read_settings()
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())

    assert read_settings() == defaults


def test_promised_variables_exist():
    assert {variable_name(field) for field in Settings.model_fields} >= PROMISED


def test_environment_wins_over_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_text("BOT_ADMINS=1\nPORT=81\n")
    monkeypatch.setenv("BOT_ADMINS", "2, 3")

    settings = read_settings()

    assert settings.admins == frozenset({2, 3})
    assert settings.port == 81


def test_foreign_lines_in_dotenv_do_not_matter(tmp_path: Path):
    (tmp_path / ".env").write_text("SOMEBODY_ELSES=x\n")

    assert read_settings().admins == frozenset()


def test_slash_at_the_end_of_an_address_does_not_matter(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:8081/")

    assert read_settings().api_url == "http://127.0.0.1:8081"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BOT_TOKEN", "no colon in it"),
        ("BOT_ADMINS", "@alice"),
        ("BOT_ADMINS", "-5"),
        ("BOT_API_URL", "ftp://example.org"),
        ("BOT_WEBHOOK_URL", "http://example.org"),
        ("BOT_WEBHOOK_SECRET", "short"),
        ("BOT_WEBHOOK_URL", "https://user:word@example.org"),
        ("BOT_LINKS_URL", "https://example.org/songs?from=telegram"),
        ("BOT_LINKS_URL", "https://example.org/songs#top"),
        ("BOT_LINKS_URL", "https://user:word@example.org"),
        ("BOT_LINKS_URL", "https://example.org/{token}"),
        ("BOT_HOST", "http://0.0.0.0"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("DATABASE_URL", "mysql://localhost/bot"),
        ("BOT_LOG_LEVEL", "LOUD"),
        ("BOT_CONCURRENT_UPDATES", "0"),
        ("BOT_STOP_TIMEOUT_S", "-1"),
    ],
)
def test_value_out_of_bounds_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=rf"\b{variable}\b") as caught:
        read_settings()

    assert value not in str(caught.value).replace(variable, "") or value in {"0", "-1", "-5"}


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("BOT_ADMINS", "1,x,y")

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert str(caught.value).count("BOT_ADMINS") == 1
    assert "PORT" in str(caught.value)


def test_refused_token_is_quoted_nowhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOT_TOKEN", "123456:hidden hidden")

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert "hidden" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_token_is_in_no_representation(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    settings = read_settings()

    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        read_settings().port = 1
