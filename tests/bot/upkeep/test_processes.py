"""What a process says besides its progress, however much that is."""

import asyncio
import sys
from asyncio.subprocess import PIPE

from bot.upkeep.processes import LINE_LIMIT, Step, _follow

SAYS = """
import sys
sys.stderr.write('{"step": "rows", "done": 0.5}\\n')
sys.stderr.write("x" * %d + " the end\\n")
sys.stderr.write("last words")
"""


async def test_a_line_of_many_megabytes_is_no_crash():
    steps: list[Step] = []

    async def note(step: Step) -> None:
        steps.append(step)

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SAYS % (3 * LINE_LIMIT), stdout=PIPE, stderr=PIPE
    )
    _, said = await _follow(process, note)

    assert steps == [Step("rows", 0.5)]
    assert [line[-8:] for line in said] == [" the end", "st words"]
