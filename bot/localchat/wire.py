"""The type of JSON objects of the Bot API."""

from typing import Any

# Any: the values are whatever the Bot API defines, some 360 types. `schema` checks them against
# the published description; a class of ours for each would only repeat it.
JsonObject = dict[str, Any]
