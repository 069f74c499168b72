"""Movement: lead intercept, turning, endurance, and the geodesic on WGS84.

Sources: the intercept triangle; Vincenty (Survey Review 23, 1975) for the geodesic, coded here so that the check of
compiled coordinates is independent of the library used in their compilation.
"""

import math

WGS84_A_M = 6_378_137.0
WGS84_F = 1.0 / 298.257223563


def lead_intercept_s(x_m: float, y_m: float, vx_mps: float, vy_mps: float, speed_mps: float) -> float:
    """Return the earliest t >= 0 with |P + V t| = s t for a target at P with velocity V; inf if none exists.

    Solves (V.V - s^2) t^2 + 2 P.V t + P.P = 0.
    """
    a = vx_mps**2 + vy_mps**2 - speed_mps**2
    half_b = x_m * vx_mps + y_m * vy_mps
    c = x_m**2 + y_m**2
    if c == 0.0:
        return 0.0
    if abs(a) < 1e-12:
        return c / (-2.0 * half_b) if half_b < 0.0 else math.inf
    discriminant = half_b**2 - a * c
    if discriminant < 0.0:
        return math.inf
    root = math.sqrt(discriminant)
    times = [t for t in ((-half_b - root) / a, (-half_b + root) / a) if t >= 0.0]
    return min(times, default=math.inf)


def turn_radius_m(speed_mps: float, turn_rate_rad_per_s: float, dt_s: float) -> float:
    """Return the radius of the circle through the corners of a path that turns by rate x dt each step.

    v / omega in the limit of small steps; the steps are chords, so R = v dt / (2 sin(omega dt / 2)).
    """
    return speed_mps * dt_s / (2.0 * math.sin(0.5 * turn_rate_rad_per_s * dt_s))


def turn_and_straight_m(x_m: float, y_m: float, radius_m: float) -> float:
    """Return the length of the shortest path of bounded curvature to a point, heading north at the start.

    Dubins' problem with a free final heading: an arc towards the point's side, then its tangent through the point.
    nan for points inside that arc's circle, which need another path. Source: Dubins, American Journal of Mathematics
    79, 1957; Bui and others, 1994, for the free heading.
    """
    across = abs(x_m) - radius_m  # from the centre of the turn, abeam on the point's side
    distance = math.hypot(across, y_m)
    if distance < radius_m:
        return math.nan
    straight = math.sqrt(distance**2 - radius_m**2)
    bearing = math.atan2(y_m, across) + math.acos(radius_m / distance)
    return radius_m * ((math.pi - bearing) % (2.0 * math.pi)) + straight


def action_radius_m(
    cruise_mps: float, endurance_s: float, reserve_share: float, factor: float, idle_burn: float
) -> float:
    """Return the radius of action of a vehicle on ground that slows it to ``factor`` (f) of its cruise speed (v).

    Its burn per second, in seconds at cruise, is idle + (1 - idle) f, so a distance d out and back takes
    2 d (idle + (1 - idle) f) / (v f).
    """
    burn = idle_burn + (1.0 - idle_burn) * factor
    return (1.0 - reserve_share) * endurance_s * cruise_mps * factor / (2.0 * burn)


def geodesic(
    longitude_deg: float, latitude_deg: float, to_longitude_deg: float, to_latitude_deg: float
) -> tuple[float, float]:
    """Return length [m] and initial azimuth [rad, clockwise from north] of the WGS84 geodesic (Vincenty's inverse).

    Accurate to 0.5 mm; does not converge between nearly antipodal points (raises ``ArithmeticError``).
    """
    f, a = WGS84_F, WGS84_A_M
    b = a * (1.0 - f)
    u1 = math.atan((1.0 - f) * math.tan(math.radians(latitude_deg)))
    u2 = math.atan((1.0 - f) * math.tan(math.radians(to_latitude_deg)))
    difference = math.radians(to_longitude_deg - longitude_deg)
    s1, c1, s2, c2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    lam = difference
    for _ in range(200):
        sl, cl = math.sin(lam), math.cos(lam)
        sin_sigma = math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl)
        if sin_sigma == 0.0:
            return 0.0, 0.0
        cos_sigma = s1 * s2 + c1 * c2 * cl
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = c1 * c2 * sl / sin_sigma
        cos2_alpha = 1.0 - sin_alpha**2
        cos_2m = cos_sigma - 2.0 * s1 * s2 / cos2_alpha if cos2_alpha > 0.0 else 0.0
        c = f / 16.0 * cos2_alpha * (4.0 + f * (4.0 - 3.0 * cos2_alpha))
        previous = lam
        wobble = cos_2m + c * cos_sigma * (2.0 * cos_2m**2 - 1.0)
        lam = difference + (1.0 - c) * f * sin_alpha * (sigma + c * sin_sigma * wobble)
        if abs(lam - previous) < 1e-13:
            break
    else:
        raise ArithmeticError("Vincenty's iteration does not converge: the points are nearly antipodal")
    u = cos2_alpha * (a * a - b * b) / (b * b)
    big_a = 1.0 + u / 16384.0 * (4096.0 + u * (-768.0 + u * (320.0 - 175.0 * u)))
    big_b = u / 1024.0 * (256.0 + u * (-128.0 + u * (74.0 - 47.0 * u)))
    inner = cos_sigma * (2.0 * cos_2m**2 - 1.0)
    last = big_b / 6.0 * cos_2m * (4.0 * sin_sigma**2 - 3.0) * (4.0 * cos_2m**2 - 3.0)
    sigma -= big_b * sin_sigma * (cos_2m + big_b / 4.0 * (inner - last))
    azimuth = math.atan2(c2 * math.sin(lam), c1 * s2 - s1 * c2 * math.cos(lam))
    return b * big_a * sigma, azimuth
