"""What do the pages say on which an administrator looks after members and programs?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {}
"By name: French, Kreyòl, Spanish, English."
