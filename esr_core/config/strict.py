"""What all settings have in common: frozen, strict, JSON in and out, and a sentence where something is wrong."""

import reprlib
from codecs import BOM_UTF8
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from esr_core.errors import ConfigError

Record = TypeVar("Record")

QUOTED = reprlib.Repr()  # of what was found, as much as helps to find it
QUOTED.maxlist = QUOTED.maxtuple = QUOTED.maxdict = QUOTED.maxset = 10
QUOTED.maxstring = QUOTED.maxother = 80


class Config(BaseModel):
    """A frozen, strict group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - any keyword arrives here and is then checked
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise ConfigError(first_fault(error)) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a configuration; unknown keys and bad values raise ConfigError."""
        try:
            return cls.model_validate_json(without_mark(text))
        except ValidationError as error:
            raise ConfigError(first_fault(error)) from None

    def to_json(self) -> str:
        """Indented JSON that ``from_json`` reads back to an equal object."""
        return self.model_dump_json(indent=2)

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - see __init__
        """The same settings but for ``changes``, checked again."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)


def without_mark(text: str | bytes) -> str | bytes:
    """JSON without the mark of its encoding, which editors on Windows put before it."""
    return text.removeprefix(BOM_UTF8) if isinstance(text, bytes) else text.removeprefix("\ufeff")


def validated(record: TypeAdapter[Record], values: object, whole: str) -> Record:
    """The record that plain values of JSON stand for; raises ValueError with the first fault of ``whole``."""
    try:
        return record.validate_python(values)
    except ValidationError as error:
        raise ValueError(first_fault(error, whole)) from None


def first_fault(error: ValidationError, whole: str = "configuration") -> str:
    """The first fault that pydantic has found in ``whole``, as "field: what was expected, got value"."""
    fault = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or whole
    if fault["type"] == "extra_forbidden":
        return f"{field} is not a known setting"
    if fault["type"] == "missing":
        return f"{field} is missing"
    if fault["type"] == "json_invalid":
        return f"the {whole} is not JSON: {fault['ctx']['error']}"
    expectation = fault["msg"][0].lower() + fault["msg"][1:]
    return f"{field}: {expectation}, got {QUOTED.repr(fault['input'])}"
