"""What people can do, one file each; `register` says which update goes to which."""

from typing import Any

from telegram import Message
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.handlers.admin import go_back, start_rebuild
from bot.handlers.care import care_first
from bot.handlers.correcting import correctable, corrected
from bot.handlers.dispatch import answer_press
from bot.handlers.errors import note_block, report_error
from bot.handlers.export import COST as EXPORT_COST
from bot.handlers.export import export
from bot.handlers.history import show_history
from bot.handlers.inline import answer_inline
from bot.handlers.limiting import limited
from bot.handlers.mirror import show_mirror
from bot.handlers.model import COST as MODEL_COST
from bot.handlers.model import show_model
from bot.handlers.mood import answer_words, choose_mood
from bot.handlers.pages import explain_privacy, help_along
from bot.handlers.privacy import ask_to_forget
from bot.handlers.selfie import answer_selfie
from bot.handlers.settings import show_settings
from bot.handlers.speaking import Handler, errors_in_their_language, in_their_language
from bot.handlers.start import cancel, say_hello
from bot.handlers.status import show_status
from bot.handlers.tables import is_table, take_table
from bot.services import Services
from bot.wire.delivery import is_private, without_name

# In the order of the menu, where /start has no place: Telegram shows it as a button.
COMMANDS = (
    "mood",
    "mirror",
    "settings",
    "history",
    "export",
    "model",
    "privacy",
    "forget",
    "help",
    "cancel",
)
ADMIN_COMMANDS = ("status", "rebuild", "rollback")

BY_COMMAND: dict[str, Handler] = {
    "start": say_hello,
    "help": help_along,
    "mood": choose_mood,
    "mirror": show_mirror,
    "settings": show_settings,
    "history": show_history,
    "export": export,
    "model": show_model,
    "privacy": explain_privacy,
    "forget": ask_to_forget,
    "cancel": cancel,
}

COSTS = {"model": MODEL_COST, "export": EXPORT_COST}  # tokens; the others cost one

SEEN = filters.PHOTO | filters.VIDEO | filters.VIDEO_NOTE | filters.ANIMATION | filters.Document.ALL
# A card of inline mode is a message of a person's, too: who sends it wants no answer to it.
NEW = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL & ~filters.VIA_BOT
EDITED = filters.UpdateType.EDITED_MESSAGE & filters.TEXT & ~filters.COMMAND & ~filters.VIA_BOT


class Addressed(filters.MessageFilter):
    """Lets through what is meant for the bot: in a group, a reply to it or its name."""

    def filter(self, message: Message) -> bool:
        """Return whether the bot is spoken to."""
        return is_private(message.chat) or _answers_us(message) or _names_us(message)


class Commanded(filters.MessageFilter):
    """Lets through commands that are meant for the bot.

    Telegram brings a group's "/mood" without a name only where no other bot can be meant, unless
    the bot reads everything in groups: then such a command may be another bot's.
    """

    def filter(self, message: Message) -> bool:
        """Return whether a command is for the bot."""
        alone = not message.get_bot().can_read_all_group_messages
        return alone or is_private(message.chat) or _answers_us(message) or _names_us(message)


def _answers_us(message: Message) -> bool:
    original = message.reply_to_message
    author = original.from_user if original else None
    return author is not None and author.id == message.get_bot().id


def _names_us(message: Message) -> bool:
    words = message.text or message.caption or ""
    return without_name(words, message.get_bot().username) != words


class Tables(filters.MessageFilter):
    """Lets through what may be a table of songs."""

    def filter(self, message: Message) -> bool:
        """Return whether it may."""
        return is_table(message)


# Any: the library's six parameters, of which nothing here depends on one.
def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    """Bind every kind of update to what answers it; the first that matches does."""
    to_bot, admins = NEW & Addressed(), filters.User(user_id=services.settings.admins)
    words = correctable(limited(answer_words))
    by_admins = NEW & filters.ChatType.PRIVATE & admins
    for command, handler in BY_COMMAND.items():
        answer = care_first(limited(handler, cost=COSTS.get(command, 1.0)))
        application.add_handler(
            CommandHandler(command, in_their_language(answer, services), filters=NEW & Commanded())
        )
    application.add_handlers(
        [
            CommandHandler(
                "rebuild", in_their_language(start_rebuild, services), filters=by_admins
            ),
            CommandHandler("status", in_their_language(show_status, services), filters=by_admins),
            CommandHandler("rollback", in_their_language(go_back, services), filters=by_admins),
            MessageHandler(by_admins & Tables(), in_their_language(take_table, services)),
            MessageHandler(to_bot & SEEN, in_their_language(care_first(answer_selfie), services)),
            # Whatever else is said to the bot: words, a sticker, a voice, an unknown command.
            MessageHandler(to_bot, in_their_language(care_first(words), services)),
            MessageHandler(
                EDITED & Addressed(), in_their_language(care_first(corrected(words)), services)
            ),
            CallbackQueryHandler(in_their_language(answer_press, services)),
            InlineQueryHandler(in_their_language(answer_inline, services)),
            ChatMemberHandler(
                in_their_language(note_block, services), ChatMemberHandler.MY_CHAT_MEMBER
            ),
        ]
    )
    application.add_error_handler(errors_in_their_language(report_error, services))
