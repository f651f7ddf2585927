"""The methods by which updates reach the bot: long polling and the webhook."""

from bot.localchat.desk import Desk
from bot.localchat.errors import RefusedError
from bot.localchat.params import Params

# https://core.telegram.org/bots/api#getupdates; the server itself waits no longer than this.
UPDATES_AT_ONCE, LONGEST_POLL_S = 100, 50


async def get_updates(desk: Desk, params: Params) -> object:
    """Return pending updates, and drop those that the bot confirms by `offset`."""
    if desk.webhook.url:
        raise RefusedError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    updates = desk.conversation.updates
    _allow(desk, params)
    updates.confirm(params.integer("offset", 0))
    limit = params.integer("limit", UPDATES_AT_ONCE)
    timeout_s = params.integer("timeout", 0)
    return await updates.take(
        limit=min(max(limit, 1), UPDATES_AT_ONCE), timeout_s=min(max(timeout_s, 0), LONGEST_POLL_S)
    )


async def set_webhook(desk: Desk, params: Params) -> object:
    """Deliver updates to an address; an empty one ends that."""
    if not params.text("url"):
        return await delete_webhook(desk, params)
    connections = params.integer("max_connections", 40)
    _allow(desk, params)
    _drop_pending(desk, params)
    await desk.webhook.set(params.text("url"), params.text("secret_token"), connections)
    return True


async def delete_webhook(desk: Desk, params: Params) -> object:
    """End delivery: updates wait for `getUpdates`."""
    _drop_pending(desk, params)
    await desk.webhook.remove()
    return True


async def get_webhook_info(desk: Desk, _: Params) -> object:
    """Return the state of the delivery."""
    return desk.webhook.info()


def _allow(desk: Desk, params: Params) -> None:
    """An empty list means the default, a missing one the list named before."""
    names = params.names("allowed_updates")
    if names is not None:
        desk.conversation.updates.allowed = names


def _drop_pending(desk: Desk, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        desk.conversation.updates.clear()
