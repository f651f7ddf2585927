"""Who waits in an inbox that several workers share, behind how much, and what they were told.

A person is told by whichever worker holds their update for that moment: it then has a lease, and
no worker. What is held is answered by nobody, so that a line is there before its answer. A worker
that dies meanwhile takes nothing along: the lease expires, and no try is counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.storage.claims import LEASE_S
from bot.storage.inbox import StoredUpdate, as_stored

KINDS = ("WORDS", "STILL", "CLIP")
# Of one person, so many updates count: more of them hold nobody up, since one is answered at a
# time. And so many people are looked at, the first in line.
PER_PERSON, MOST = 8, 1_000

_SO_MANY = "count(*) FILTER (WHERE kind = '{kind}') OVER {window} AS {name}_{kind}"
_COUNTS = ", ".join(
    _SO_MANY.format(kind=kind, window=window, name=name)
    for name, window in (("ahead", "before"), ("open", "()"))
    for kind in KINDS
)
LOOK = text(
    f"""
    WITH line AS (
        SELECT id, kind, worker, leased_until, due_at, sending_at, expected_at,
            row_number() OVER (PARTITION BY user_id ORDER BY id) AS place
        FROM inbox WHERE done_at IS NULL AND bot_id = :bot_id
    ), counted AS (
        SELECT *, {_COUNTS} FROM line
        WHERE place <= {PER_PERSON} AND (due_at IS NULL OR due_at <= now())
        WINDOW before AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    SELECT *, (
        SELECT count(DISTINCT worker) FROM line WHERE leased_until >= now()
    ) AS workers
    FROM counted
    WHERE place = 1 AND worker IS NULL AND due_at IS NULL AND sending_at IS NULL
        AND (leased_until IS NULL OR leased_until < now())
        AND (expected_at IS NULL OR expected_at < now())
    ORDER BY id LIMIT {MOST}
    """  # noqa: S608 - of the constants above
)
# As a claim: locked rows are somebody's at this moment, and of two who look one gets a row.
HOLD = text(
    """
    WITH told AS (
        SELECT * FROM unnest(
            CAST(:ids AS bigint[]), CAST(:waits_s AS float8[]), CAST(:held AS boolean[])
        ) AS told(id, wait_s, held)
    ), picked AS MATERIALIZED (
        SELECT inbox.id FROM inbox JOIN told USING (id)
        WHERE done_at IS NULL AND worker IS NULL
            AND (leased_until IS NULL OR leased_until < now())
            AND (expected_at IS NULL OR expected_at < now())
        FOR UPDATE OF inbox SKIP LOCKED
    )
    UPDATE inbox SET
        expected_at = now() + make_interval(secs => told.wait_s),
        leased_until = CASE WHEN told.held THEN now() + make_interval(secs => :lease_s) END
    FROM told JOIN picked USING (id) WHERE inbox.id = told.id
    RETURNING inbox.id, user_id, payload, kind, received_at, tries, message_id, due_at, sending_at
    """
)
LET_GO = text(
    "UPDATE inbox SET leased_until = NULL, message_id = COALESCE(:message_id, message_id)"
    " WHERE id = :id AND worker IS NULL AND done_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest update of a person, which nobody has in hand, and what stands before it.

    Attributes:
        kind: The name of a `bot.wire.lanes.Kind`, as in the others.
        told: Whether its person was told how long it takes; that is over by now.
        ahead: How many updates of each kind come before it.
        open: How many updates of each kind wait, or are in hand.
        workers: How many workers have something in hand.
    """

    id: int
    kind: str
    told: bool
    ahead: Mapping[str, int]
    open: Mapping[str, int]
    workers: int


@dataclass(frozen=True, slots=True)
class Word:
    """What a person is to be told.

    Attributes:
        id: The number of their update.
        wait_s: Seconds until its turn.
        until_s: Seconds until they may be told anew.
        held: Whether nobody may answer until it is told.
        refused: Whether that is too long, so that they must come again.
    """

    id: int
    wait_s: float
    until_s: float
    held: bool
    refused: bool = False


def waiting_people(session: Session, bot_id: int) -> list[Waiting]:
    """Return who waits and was not told, or longer than told; the first in line comes first."""
    return [
        Waiting(
            row["id"],
            row["kind"],
            row["expected_at"] is not None,
            {kind: row[f"ahead_{kind.lower()}"] for kind in KINDS},
            {kind: row[f"open_{kind.lower()}"] for kind in KINDS},
            max(row["workers"], 1),
        )
        for row in session.execute(LOOK, {"bot_id": bot_id}).mappings()
    ]


def hold_updates(session: Session, words: Iterable[Word]) -> list[StoredUpdate]:
    """Take down that people are told; return their updates that no other worker claims or tells."""
    words = list(words)
    values = {
        "ids": [word.id for word in words],
        "waits_s": [word.until_s for word in words],
        "held": [word.held for word in words],
        "lease_s": LEASE_S,
    }
    held = [as_stored(row) for row in session.execute(HOLD, values)]
    return sorted(held, key=lambda stored: stored.id)


def let_go(session: Session, row_id: int, message_id: int | None) -> None:
    """Let an update be claimed; keep the message that its answer takes the place of, if any."""
    session.execute(LET_GO, {"id": row_id, "message_id": message_id})
