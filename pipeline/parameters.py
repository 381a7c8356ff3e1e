"""The parameters that every statement of a run may use."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.contract import BLANKS, FORMATS
from pipeline.settings import Settings
from pipeline.sqltext import Identifier, Value


@dataclass(frozen=True)
class RunKey:
    """Which run a step belongs to: its id, and the day that bounds all that it reads."""

    run_id: str
    as_of: date


def run_parameters(settings: Settings, run: RunKey) -> dict[str, Value]:
    """Values of ${bronze}, ${silver}, ${gold} (databases), ${run_id}, ${as_of} and ${blanks}, of the
    thresholds ${vanished_share} and ${vanished_count}, and of ${date_format} and its like, one for each of
    the contract's formats.
    """
    formats: dict[str, Value] = {f"{name}_format": pattern for name, pattern in FORMATS.items()}
    return formats | {
        "bronze": Identifier(settings.bronze_database),
        "silver": Identifier(settings.silver_database),
        "gold": Identifier(settings.gold_database),
        "run_id": run.run_id,
        "as_of": run.as_of,
        "blanks": BLANKS,
        "vanished_share": Decimal(str(settings.vanished_share)),
        "vanished_count": settings.vanished_count,
    }
