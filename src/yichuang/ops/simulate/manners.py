"""How the departments of the simulated city work: the story that its numbers tell.

What was put in, and what a supervisor should read of it on the pages of the watch:

- 市场监督管理局 takes in most, works fast and answers its cards the same day: most cases, few findings for its size.
- 卫生健康委员会 has a second reviewer who is always behind, and it answers cards late: steps and promises broken month
  after month, cards that climb to the head of the office.
- 城乡建设局 lets reviewers decide in the head's name at their own computers (R-P02); so do two county departments.
- 烟草专卖局 has a head who signs twice a month, all at once: heaps of decisions in a minute (R-O06), and promises that
  break while cases wait for the pen.
- 城市管理局 has three times as many applications sent back for correction as others; two applicants are talked into
  withdrawing at the line and filing again (R-O09).
- 文化广电和旅游局 and 教育局 start the procedures that stop the clock when the promise has all but run out (R-O10).
- 消防救援支队 has received nothing for its most frequent item for months (R-O07).
- 住房保障和房地产管理局 works in a system of its own, whose reports tell of what the hall never saw (`reporting`).
- 公安局 is asked for its opinion and does not answer in time (R-T10); the city's hall lets days pass before it says
  whether it accepts (R-T01).
- In 新郑市, 交通运输局 enters all steps of some cases in one go, after the fact (R-O02); in 中牟县 the hall makes
  certificates late (R-T06), and 城市管理局 concludes reviews nobody can have read (R-P02).

Nothing here is a rule or knows of one: these are habits, and the rules find what comes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# Posts of the demo city whose holders work badly: late, in a heap, outside the door
CARELESS = (
    "410100/gaj/reviewer/2",
    "410100/wjw/reviewer/2",
    "410122/wjw/reviewer/1",
    "410184/scjg/surveyor/2",
)
# What goes wrong in a case by its department's habit
AT_THE_LINE = "at_the_line"  # the procedure that stops the clock begins when the promise has all but run out
IN_ONE_GO = "in_one_go"  # all steps are entered within minutes
UNREAD = "unread"  # the last review is concluded within a minute
LATE_MADE = "late_made"  # the certificate is made after its limit
BY_ANOTHER = "by_another"  # decided in the head's name, at the last reviewer's computer
LAPSES = (AT_THE_LINE, IN_ONE_GO, UNREAD, LATE_MADE, BY_ANOTHER)


@dataclass(frozen=True)
class Manner:
    """How a department works. Shares are of its cases."""

    pace: float = 1.0  # how much longer than others its officers take over a step
    corrected: float = 0.15  # share that is sent back for correction
    lapses: tuple[tuple[str, float], ...] = ()
    signs_in_heaps: bool = False  # the head decides twice a month, all at once
    answers: float = 1.0  # how much longer than others it takes to sign and answer a card


ORDINARY = Manner()
MANNERS = {
    "410100/scjg": Manner(pace=0.8, answers=0.4),
    "410100/wjw": Manner(pace=1.5, answers=3.0),
    "410100/jsj": Manner(lapses=((BY_ANOTHER, 0.2),)),
    "410100/ycj": Manner(signs_in_heaps=True),
    "410100/csglj": Manner(corrected=0.45),
    "410100/wlj": Manner(lapses=((AT_THE_LINE, 0.6),)),
    "410100/jyj": Manner(lapses=((AT_THE_LINE, 0.4),), answers=1.5),
    "410122/wjw": Manner(lapses=((BY_ANOTHER, 0.2), (LATE_MADE, 0.1)), answers=2.0),
    "410122/scjg": Manner(lapses=((LATE_MADE, 0.1),)),
    "410122/csglj": Manner(lapses=((UNREAD, 0.3),)),
    "410184/scjg": Manner(lapses=((BY_ANOTHER, 0.2),)),
    "410184/jtj": Manner(lapses=((IN_ONE_GO, 0.3),)),
}
# Departments and items of which nothing has come for so many days at the history's end
FALLEN_SILENT = {("410100/xfjy", "ZZ-012"): 95}


def manner_of(department: str) -> Manner:
    """How a department works: "410100/scjg"."""
    return MANNERS.get(department, ORDINARY)


def draw_lapse(department: str, random: Random) -> str:
    """What goes wrong in one of its cases; empty for most."""
    drawn = random.random()
    for name, share in manner_of(department).lapses:
        drawn -= share
        if drawn < 0:
            return name
    return ""


def work_pace(post: str) -> float:
    """The share of a step's limit that an officer takes on average. `post`: "410100/scjg/reviewer/1"."""
    if post in CARELESS:
        return 1.3
    usual = Random(f"pace/{post}").choice((0.25, 0.35, 0.45, 0.5, 0.65))
    return usual * manner_of(post.rsplit("/", 2)[0]).pace
