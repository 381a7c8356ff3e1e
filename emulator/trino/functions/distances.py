"""great_circle_distance: kilometres between two places on a sphere."""

from __future__ import annotations

import math

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import native
from emulator.trino.runtime import udf

EARTH_RADIUS_KM = 6371.01

native(
    "great_circle_distance(double, double, double, double) -> double",
    "trino_great_circle({0}, {1}, {2}, {3})",
)


def _check(latitude: float, longitude: float) -> None:
    if not -90 <= latitude <= 90:
        raise FunctionFailure("Latitude must be between -90 and 90")
    if not -180 <= longitude <= 180:
        raise FunctionFailure("Longitude must be between -180 and 180")


@udf("trino_great_circle", ("DOUBLE",) * 4, "DOUBLE")
def _great_circle(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """By Vincenty's formula for a sphere, as Trino computes it."""
    _check(latitude, longitude)
    _check(other_latitude, other_longitude)
    one, other = math.radians(latitude), math.radians(other_latitude)
    sin1, cos1, sin2, cos2 = math.sin(one), math.cos(one), math.sin(other), math.cos(other)
    between = math.radians(longitude) - math.radians(other_longitude)
    across = cos2 * math.sin(between)
    along = cos1 * sin2 - sin1 * cos2 * math.cos(between)
    depth = sin1 * sin2 + cos1 * cos2 * math.cos(between)
    return math.atan2(math.sqrt(across * across + along * along), depth) * EARTH_RADIUS_KM
