"""What people write about a run: a name, tags and notes."""

from dataclasses import dataclass

from esr_core.errors import ConfigError

LONGEST_NAME, LONGEST_TAG = 60, 30


@dataclass(frozen=True, slots=True)
class RunNotes:
    """A run's name, tags and notes; empty where nobody has given it any.

    Raises:
        ConfigError: if the name or a tag has several lines or too many characters, or a tag has a comma or is empty.
    """

    name: str = ""  # shown instead of what the network is
    tags: tuple[str, ...] = ()
    text: str = ""  # of any length
    problem: str = ""  # why stored notes cannot be read; one sentence

    def __post_init__(self) -> None:
        _require_short("name", self.name, LONGEST_NAME)
        for tag in self.tags:
            _require_short("tags", tag, LONGEST_TAG)
            if not tag.strip() or "," in tag:
                raise ConfigError(f"tags must be words without commas, got {tag!r}")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not (self.name or self.tags or self.text)


def _require_short(field: str, text: str, longest: int) -> None:
    if len(text) > longest or not (text.isprintable() or not text):
        raise ConfigError(f"{field} must have at most {longest} characters in one line, got {text!r}")
