"""Elementary functions with the same bits on every machine.

The system's libm differs between processors in the last bit of exp, log, sin and cos. All code that
determines state uses these functions instead: argument reduction and fixed-order polynomials of + - * /
and sqrt, which IEEE 754 fixes. Tested against NumPy to a relative error below 1e-12.
"""

import math

import numpy as np

from simcore.compiling.jit import formula

_LOG2E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238  # upper bits of ln 2, so that k * _LN2_HIGH is exact for small k
_LN2_LOW = 1.9082149292705877e-10
_SQRT_HALF = 0.7071067811865476
_HALF_PI_HIGH = 1.5707963267341256  # upper 33 bits of pi / 2
_HALF_PI_LOW = 6.077100506506192e-11


@formula
def exponential(x: float) -> float:
    """Return e**x; 0 below -745, inf above 709. Taylor series to degree 13 on |r| <= ln(2)/2."""
    if x < -745.0:
        return 0.0
    if x > 709.0:
        return np.inf
    k = math.floor(x * _LOG2E + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return math.ldexp(p, int(k))


@formula
def logarithm(x: float) -> float:
    """Return ln x for x > 0 (-inf at 0). Series of atanh((m-1)/(m+1)) on m in [sqrt(1/2), sqrt(2))."""
    if x <= 0.0:
        return -np.inf
    m, e = math.frexp(x)
    k = float(e)
    if m < _SQRT_HALF:
        m = m * 2.0
        k -= 1.0
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    p = p * z + 1.0
    return 2.0 * s * p + k * _LN2_LOW + k * _LN2_HIGH


@formula
def sine_cosine(x: float) -> tuple[float, float]:
    """Return (sin x, cos x) for |x| below about 1e5."""
    k = math.floor(x / (_HALF_PI_HIGH + _HALF_PI_LOW) + 0.5)
    r = (x - k * _HALF_PI_HIGH) - k * _HALF_PI_LOW
    z = r * r
    s = -1.0 / 1307674368000.0
    s = s * z + 1.0 / 6227020800.0
    s = s * z - 1.0 / 39916800.0
    s = s * z + 1.0 / 362880.0
    s = s * z - 1.0 / 5040.0
    s = s * z + 1.0 / 120.0
    s = s * z - 1.0 / 6.0
    s = s * z * r + r
    c = 1.0 / 20922789888000.0
    c = c * z - 1.0 / 87178291200.0
    c = c * z + 1.0 / 479001600.0
    c = c * z - 1.0 / 3628800.0
    c = c * z + 1.0 / 40320.0
    c = c * z - 1.0 / 720.0
    c = c * z + 1.0 / 24.0
    c = c * z - 0.5
    c = c * z + 1.0
    quadrant = int(k) & 3
    if quadrant == 0:
        return s, c
    if quadrant == 1:
        return c, -s
    if quadrant == 2:
        return -s, -c
    return -c, s


@formula
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of p in (0, 1). Source: Wichura 1988, AS 241 (PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        a = 2509.0809287301226727
        a = a * r + 33430.575583588128105
        a = a * r + 67265.770927008700853
        a = a * r + 45921.953931549871457
        a = a * r + 13731.693765509461125
        a = a * r + 1971.5909503065514427
        a = a * r + 133.14166789178437745
        a = a * r + 3.387132872796366608
        b = 5226.495278852545925
        b = b * r + 28729.085735721942674
        b = b * r + 39307.89580009271061
        b = b * r + 21213.794301586595867
        b = b * r + 5394.1960214247511077
        b = b * r + 687.1870074920579083
        b = b * r + 42.313330701600911252
        b = b * r + 1.0
        return q * a / b
    r = p if q < 0.0 else 1.0 - p
    r = math.sqrt(-logarithm(r))
    if r <= 5.0:
        r -= 1.6
        a = 7.7454501427834140764e-4
        a = a * r + 0.0227238449892691845833
        a = a * r + 0.24178072517745061177
        a = a * r + 1.27045825245236838258
        a = a * r + 3.64784832476320460504
        a = a * r + 5.7694972214606914055
        a = a * r + 4.6303378461565452959
        a = a * r + 1.42343711074968357734
        b = 1.05075007164441684324e-9
        b = b * r + 5.475938084995344946e-4
        b = b * r + 0.0151986665636164571966
        b = b * r + 0.14810397642748007459
        b = b * r + 0.68976733498510000455
        b = b * r + 1.6763848301838038494
        b = b * r + 2.05319162663775882187
        b = b * r + 1.0
    else:
        r -= 5.0
        a = 2.01033439929228813265e-7
        a = a * r + 2.71155556874348757815e-5
        a = a * r + 0.0012426609473880784386
        a = a * r + 0.026532189526576123093
        a = a * r + 0.29656057182850489123
        a = a * r + 1.7848265399172913358
        a = a * r + 5.4637849111641143699
        a = a * r + 6.6579046435011037772
        b = 2.04426310338993978564e-15
        b = b * r + 1.4215117583164458887e-7
        b = b * r + 1.8463183175100546818e-5
        b = b * r + 7.868691311456132591e-4
        b = b * r + 0.0148753612908506148525
        b = b * r + 0.13692988092273580531
        b = b * r + 0.59983220655588793769
        b = b * r + 1.0
    return -a / b if q < 0.0 else a / b


@formula
def normal_probability(x: float) -> float:
    """Return the standard normal distribution function at x. Source: Hart 1968, algorithm 5666; West 2005."""
    size = abs(x)
    if size > 37.0:
        return 0.0 if x < 0.0 else 1.0
    tail = exponential(-0.5 * size * size)
    if size < 7.07106781186547:
        a = 3.52624965998911e-02
        a = a * size + 0.700383064443688
        a = a * size + 6.37396220353165
        a = a * size + 33.912866078383
        a = a * size + 112.079291497871
        a = a * size + 221.213596169931
        a = a * size + 220.206867912376
        b = 8.83883476483184e-02
        b = b * size + 1.75566716318264
        b = b * size + 16.064177579207
        b = b * size + 86.7807322029461
        b = b * size + 296.564248779674
        b = b * size + 637.333633378831
        b = b * size + 793.826512519948
        b = b * size + 440.413735824752
        tail = tail * a / b
    else:
        # continued fraction of Mills' ratio
        a = size + 0.65
        a = size + 4.0 / a
        a = size + 3.0 / a
        a = size + 2.0 / a
        a = size + 1.0 / a
        tail = tail / a / 2.506628274631
    return 1.0 - tail if x > 0.0 else tail
