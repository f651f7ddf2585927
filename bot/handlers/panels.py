"""What opens in place under the songs: ratings, moods, the songs to ask about, lists."""

from bot.handlers.card import redraw
from bot.handlers.pressed import Pressed, open_to_all, owned
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
FOR_ALL = {Panel.CLOSED, Panel.RATE}  # in a group; the rest is for whom the songs were chosen


async def open_panel(services: Services, pressed: Pressed, press: PanelPress) -> None:
    """Open a part of the buttons, or close it; a bridge is explained as a whole at once."""
    allowed = open_to_all if press.panel in FOR_ALL else owned
    stored = await allowed(services, pressed, press.suggestion_id)
    if press.panel is Panel.WHY and Aim(stored.aim) is not Aim.MATCH:
        await explain_all(services, pressed, stored)
        return
    toast = TOASTS[press.panel]
    await answer(pressed.query, services.texts(toast) if toast else None)
    await redraw(services, pressed, stored, press.panel)
