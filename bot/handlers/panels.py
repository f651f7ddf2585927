"""What opens in place under the songs: ratings, moods, the songs to ask about, lists."""

from bot.handlers.card import redraw
from bot.handlers.pressed import Pressed, owned
from bot.handlers.why import explain_all
from bot.screens.song_presses import Panel, PanelPress
from bot.services import Services
from bot.wire.delivery import answer
from graph.choosing.recommend import Aim

TOASTS = {
    Panel.CLOSED: None,
    Panel.RATE: "toast.rate",
    Panel.MOODS: "toast.which",
    Panel.WHY: "toast.why",
    Panel.SAVE: "toast.save",
}


async def open_panel(services: Services, pressed: Pressed, press: PanelPress) -> None:
    """Open a part of the buttons, or close it; a bridge is explained as a whole at once."""
    stored = await owned(services, pressed, press.suggestion_id)
    if press.panel is Panel.WHY and Aim(stored.aim) is not Aim.MATCH:
        await explain_all(services, pressed, stored)
        return
    toast = TOASTS[press.panel]
    await answer(pressed.query, services.texts(toast) if toast else None)
    await redraw(services, pressed, stored, press.panel)
