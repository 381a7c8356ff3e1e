"""What a deployment is called and how strict it is."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import ConfigurationError

OnMissingSource = Literal["stop", "continue"]

SQL_ROOT = Path(__file__).resolve().parent.parent / "sql"


@dataclass(frozen=True)
class Settings:
    """Names and thresholds of one stage (dev, test, prod); every other name is derived from them.

    vanished_share and vanished_count: a run stops when more than this share, and at least this many, of the
    episodes that were active in the last published run are missing from the newest snapshot (domain.md).
    on_missing_source: whether a run whose own day has no snapshot stops, or goes on with the earlier ones.
    keep_runs: how many of the newest complete runs `purge` leaves.
    """

    stage: str = "dev"
    region: str = "eu-west-2"
    account: str = "000000000000"
    vanished_share: float = 0.20
    vanished_count: int = 20
    on_missing_source: OnMissingSource = "stop"
    keep_runs: int = 35
    query_timeout_seconds: float = 1800.0
    sql_root: Path = field(default=SQL_ROOT)

    def __post_init__(self) -> None:
        if not self.stage.isalnum() or not self.stage.islower():
            raise ConfigurationError(
                f"stage {self.stage!r} must be lower-case letters and digits, like 'dev'"
            )
        if not 0 <= self.vanished_share <= 1:
            raise ConfigurationError(f"vanished_share is {self.vanished_share}; it must be between 0 and 1")
        if self.on_missing_source not in ("stop", "continue"):
            raise ConfigurationError(
                f"on_missing_source is {self.on_missing_source!r}; use 'stop' or 'continue'"
            )
        if self.keep_runs < 1:
            raise ConfigurationError(f"keep_runs is {self.keep_runs}; at least 1 run must be kept")

    @property
    def source_bucket(self) -> str:
        """The versioned bucket of `landing/` and `bronze/`; the account makes its name the only one in S3."""
        return f"wardlake-{self.stage}-source-{self.account}"

    @property
    def lake_bucket(self) -> str:
        """The bucket of everything that a run makes."""
        return f"wardlake-{self.stage}-lake-{self.account}"

    @property
    def bronze_database(self) -> str:
        """Glue database of raw deliveries."""
        return f"wardlake_{self.stage}_bronze"

    @property
    def silver_database(self) -> str:
        """Glue database of cleaned episodes, and of the staging they come from."""
        return f"wardlake_{self.stage}_silver"

    @property
    def gold_database(self) -> str:
        """Glue database of the relational model."""
        return f"wardlake_{self.stage}_gold"

    @property
    def workgroup(self) -> str:
        """Athena workgroup of all queries."""
        return f"wardlake-{self.stage}"

    @property
    def alert_topic_arn(self) -> str:
        """SNS topic of the alerts."""
        return f"arn:aws:sns:{self.region}:{self.account}:wardlake-{self.stage}-alerts"
