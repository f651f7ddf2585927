"""What the first start of a fresh installation needs: a database and a graph."""

from pathlib import Path

from bot.settings import Settings
from bot.storage.migrating import migrate
from graph.building.build import ensure_graph

STARTER = Path(__file__).parents[2] / "data" / "starter_catalogue.csv"


def set_up(settings: Settings) -> None:
    """Bring the database to the newest migration, and build the starter graph if there is none.

    Raises:
        SchemaError: The database is another program's, or cannot be reached.
        GraphError: The starter catalogue cannot be read.
    """
    migrate(settings.database_url)
    ensure_graph(settings.graph_dir, [STARTER], lambda _step, _done: None)
