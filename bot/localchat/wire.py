"""The shape of what travels: JSON objects as Telegram writes them."""

from typing import Any

# Any: the values are whatever the Bot API defines, some 360 types. `schema` checks them against
# the published description; a class of ours for each would only repeat it.
JsonObject = dict[str, Any]
