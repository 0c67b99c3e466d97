"""How is a moment said on a page? Lately in minutes and hours, before that by its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.papers.words import Language, day
from api.signin.words.speak import words

if TYPE_CHECKING:
    from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86_400


def ago(moment: datetime | None, *, now: datetime, language: Language) -> str:
    """This will be how long ago that was, in words; None is never."""
    said = words(language)
    if moment is None:
        return said["never"]
    seconds = (now - moment).total_seconds()
    if seconds < 2 * MINUTE:
        return said["just_now"]
    if seconds < HOUR:
        return said["minutes_ago"].format(count=int(seconds // MINUTE))
    if seconds < DAY:
        return said["hours_ago"].format(count=int(seconds // HOUR))
    return said["on_day"].format(day=day(moment.date(), language))
