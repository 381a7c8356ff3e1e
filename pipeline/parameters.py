"""The parameters that every statement of a run may use."""

from dataclasses import dataclass
from datetime import date

from pipeline.contract import BLANKS
from pipeline.settings import Settings
from pipeline.sqltext import Identifier, Value


@dataclass(frozen=True)
class RunKey:
    """Which run a step belongs to: its id, and the day that bounds all that it reads."""

    run_id: str
    as_of: date


def run_parameters(settings: Settings, run: RunKey) -> dict[str, Value]:
    """Values of ${bronze}, ${silver}, ${gold} (databases), ${run_id}, ${as_of} and ${blanks}."""
    return {
        "bronze": Identifier(settings.bronze_database),
        "silver": Identifier(settings.silver_database),
        "gold": Identifier(settings.gold_database),
        "run_id": run.run_id,
        "as_of": run.as_of,
        "blanks": BLANKS,
    }
