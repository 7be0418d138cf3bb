"""What all parts of the schema share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Cents",
    "Clock",
    "Count",
    "Factor",
    "Name",
    "Part",
    "Positive",
    "Rate",
    "Share",
    "Whole",
]


class Part(BaseModel):
    """A table of the file: no unknown key, no value of another type, no NaN, no infinity."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0)]
Factor = Annotated[float, Field(gt=0)]
Cents = Annotated[int, Field(ge=0)]
Whole = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
#: Seconds after midnight; loading may go on over midnight.
Clock = Annotated[int, Field(ge=0, le=2 * 86_400)]
