"""Routes as GeoJSON (RFC 7946), for any map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backhaul.engine.routing.solution import RoutingSolution

__all__ = ["to_geojson"]


def to_geojson(solution: RoutingSolution) -> dict[str, Any]:
    """Return a feature collection: a line a route, a point a visit, and what is not served.

    Parameters
    ----------
    solution : RoutingSolution
        Its problem's x are taken as longitudes and y as latitudes.

    Returns
    -------
    dict
        Ready for `json.dumps`. Every feature has a property ``kind``: route, depot, stop or
        unserved.

    Examples
    --------
    >>> from backhaul.engine.routing import Client, Depot, RoutingProblem, RoutingSolution, VehicleType
    >>> problem = RoutingProblem([Depot(13.4, 52.5)], [Client(13.5, 52.4)], [VehicleType()])
    >>> features = to_geojson(RoutingSolution.of_routes(problem, [[1]]))["features"]
    >>> [feature["properties"]["kind"] for feature in features]
    ['route', 'depot', 'stop', 'depot']
    """
    problem = solution.problem
    xy = problem.xy

    def place(location: int) -> list[float]:
        return [float(xy[location, 0]), float(xy[location, 1])]

    def point(location: int, properties: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place(location)},
            "properties": {"location": location, "name": problem.label(location), **properties},
        }

    features: list[dict[str, Any]] = []
    for k, route in enumerate(solution.routes):
        path = [visit.location for visit in route.visits]
        # A line needs two positions; a vehicle that has not moved is a point.
        if len(path) > 1:
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": [place(p) for p in path]},
                    "properties": {
                        "kind": "route",
                        "route": k,
                        "vehicle": route.vehicle,
                        "vehicle_type": route.vehicle_type,
                        "distance": route.distance,
                        "duration": route.duration,
                        "cost": route.cost / problem.cost_divisor,
                    },
                }
            )
        for visit in route.visits:
            features.append(
                point(
                    visit.location,
                    {
                        "kind": "depot" if visit.location < len(problem.depots) else "stop",
                        "route": k,
                        "arrival": visit.arrival,
                        "start": visit.start,
                        "departure": visit.departure,
                        "load": list(visit.load),
                    },
                )
            )
    features += [point(c, {"kind": "unserved"}) for c in solution.unserved]
    return {"type": "FeatureCollection", "features": features}
