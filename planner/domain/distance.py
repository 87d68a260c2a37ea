"""Distances between sites, in kilometres."""

from __future__ import annotations

import math

from planner.domain.instance import Instance
from planner.domain.tables import Site

KILOMETRES_PER_DEGREE = 111.0
KILOMETRES_BETWEEN_COUNTIES = 50.0


def site_kilometres(instance: Instance, one: Site, other: Site) -> float:
    """Distance of two sites: 县区距离, else coordinates, else 0 within a county and 50 between."""
    if one.county != other.county:
        listed = instance.kilometres(one.county, other.county)
        if listed is not None:
            return listed
    if None not in (one.longitude, one.latitude, other.longitude, other.latitude):
        assert one.longitude is not None
        assert one.latitude is not None
        assert other.longitude is not None
        assert other.latitude is not None
        east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
        north = one.latitude - other.latitude
        return KILOMETRES_PER_DEGREE * math.hypot(east, north)
    return 0.0 if one.county == other.county else KILOMETRES_BETWEEN_COUNTIES
