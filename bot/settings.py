"""What the operator can set: the environment and `.env`, checked once, at the start."""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import OperatorError

PREFIX = "BOT_"
NEAR = 0.85  # of difflib: BOT_TOKN is BOT_TOKEN, and BOT_LINKS_PORT is nothing
WEB_ADDRESS = r"^https?://[^\s/]+(/[^\s]*)?$"
# A path is added to it, so it has neither query nor fragment; a password in it would be published.
PUBLIC_ADDRESS = r"^https://[^\s/?#@{}]+(/[^\s?#{}]*)?$"
# A Bot API server of one's own may call without TLS, on the same computer.
WEBHOOK_ADDRESS = rf"{PUBLIC_ADDRESS}|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#{{}}]*)?$"
DATABASE_ADDRESS = r"^(sqlite:///.+|postgres(ql)?(\+psycopg)?://.+)"

# By field: the shape of a secret, and that shape in words, for an error that must not quote it.
SECRETS = {
    "token": (r"\d+:[A-Za-z0-9_-]+", "digits, a colon and a secret, as @BotFather writes it"),
    "webhook_secret": (r"[A-Za-z0-9_-]{16,256}", "16 to 256 letters, digits, _ or -"),
    "metrics_token": (r"[A-Za-z0-9_-]{16,256}", "16 to 256 letters, digits, _ or -"),
}


class SettingsError(OperatorError):
    """Variables have values that make no sense; the message names each, and quotes none."""


class Settings(BaseSettings):
    """Every setting of the bot. Only the program's entry point reads them from outside."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",  # .env may serve other programs too
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    token: SecretStr | None = Field(
        default=None,
        description="The bot's token from @BotFather; without it the local chat is started",
    )
    admins: Annotated[frozenset[Annotated[int, Field(gt=0)]], NoDecode] = Field(
        default=frozenset(),
        max_length=100,
        description="Numeric Telegram ids of the people who may use admin commands, with commas",
    )
    operator: str | None = Field(
        default=None,
        max_length=200,
        pattern=r"^[^\r\n]+$",
        description="Who runs this bot, and how they are reached; /privacy tells it to everybody",
    )
    api_url: str = Field(
        default="https://api.telegram.org",
        pattern=WEB_ADDRESS,
        description="Base address of the Bot API server",
    )
    webhook_url: str | None = Field(
        default=None,
        pattern=WEBHOOK_ADDRESS,
        description="Public https address where Telegram brings updates; without it the bot polls",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="What Telegram must show there; without it made from the token",
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        validation_alias="PORT",
        description="Port of the web server, or of the local chat's page; 0 takes a free one",
    )
    host: str | None = Field(
        default=None,
        pattern=r"^[\w.:-]+$",
        description="Where the web server listens; without it everywhere if an address is public",
    )
    mirror_url: str | None = Field(
        default=None,
        pattern=PUBLIC_ADDRESS,
        description="Public https address of the live mirror, as https://example.org/mirror; "
        "see README",
    )
    links_url: str | None = Field(
        default=None,
        pattern=PUBLIC_ADDRESS,
        description="Public https address for links to songs, to learn what is opened; see README",
    )
    database_url: str = Field(
        default="sqlite:///data/bot.db",
        pattern=DATABASE_ADDRESS,
        repr=False,  # it may hold a password
        validation_alias="DATABASE_URL",
        description="The database: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME",
    )
    graph_dir: Path = Field(
        default=Path("data/graph"),
        description="Folder with the songs' graph",
    )
    graph_share: str | None = Field(
        default=None,
        pattern=r"^[^-\s][^\s]*$",
        description="Folder or rsync address where hosts on one PostgreSQL exchange graphs",
    )
    help_lines: Path | None = Field(
        default=None,
        description="File with help lines by country, in the place of those known here; see README",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="How a line of the log looks: text, or json for programs that collect logs",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="What Prometheus shows at /metrics; without it only direct calls are answered",
    )
    concurrent_updates: int = Field(
        default=64,
        ge=1,
        le=1024,
        description="How many people are answered at the same time",
    )
    messages_per_second: int = Field(
        default=30,
        ge=1,
        le=1000,
        description="How many messages are sent a second, in the mean; Telegram allows 30",
    )
    stop_timeout_s: float = Field(
        default=8,  # Docker kills after 10 seconds, most hosts after 30
        ge=0,
        le=300,
        description="Seconds that answers in the making get when the bot is stopped",
    )

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Part a line at its commas; whatever else comes in is pydantic's to judge."""
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("token", "webhook_secret", "metrics_token")
    @classmethod
    def _check_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        shape, words = SECRETS[str(info.field_name)]
        if value and not re.fullmatch(shape, value.get_secret_value()):
            raise ValueError(f"expected {words}")
        return value

    @field_validator("api_url", "webhook_url", "mirror_url", "links_url")
    @classmethod
    def _strip_slash(cls, value: str | None) -> str | None:
        return value and value.rstrip("/")

    @property
    def secrets(self) -> list[str]:
        """Return what must appear in no log."""
        given = [
            s.get_secret_value() for s in (self.token, self.webhook_secret, self.metrics_token) if s
        ]
        password = urlsplit(self.database_url).password
        return [*given, *{password, unquote(password)}] if password else given


def read_settings() -> Settings:
    """Return the settings of the environment and of `.env`.

    Raises:
        SettingsError: One or more make no sense; all are named, with what was expected.
    """
    misspelt = [
        f"{name}: no such setting, is {near} meant?"
        for name, near in unknown_variables().items()
        if near
    ]
    if misspelt:
        raise SettingsError("; ".join(misspelt))
    try:
        return Settings()
    except ValidationError as error:
        faults = {
            f"{variable_name(str(fault['loc'][0]))}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_context=False)
        }
        # Without a cause: pydantic's own words may quote a secret.
        raise SettingsError("; ".join(sorted(faults))) from None


def unknown_variables() -> dict[str, str]:
    """Return variables that begin like ours and set nothing, each with the known one it is near.

    Those of the environment and of `.env`; empty where no known one is near: another program's.
    """
    known = {variable_name(field) for field in Settings.model_fields}
    present = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    unknown = sorted(name for name in present if name.startswith(PREFIX) and name not in known)
    near = {name: get_close_matches(name, sorted(known), n=1, cutoff=NEAR) for name in unknown}
    return {name: found[0] if found else "" for name, found in near.items()}


def variable_name(field: str) -> str:
    """Return the environment variable that sets a field, which may go by either name."""
    info = Settings.model_fields.get(field)
    if info is None or info.validation_alias:
        return str(info.validation_alias if info else field)
    return f"{PREFIX}{field.upper()}"
