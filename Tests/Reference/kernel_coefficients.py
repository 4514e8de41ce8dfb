"""Polynomial coefficients of the elementary kernels in Sources/CSkewlabKernels/elementary.h.

Written for Python 3.11 and mpmath 1.3.0. Run: python3 kernel_coefficients.py

Each polynomial interpolates its function at Chebyshev nodes in 60-digit arithmetic, which is within a small
factor of the minimax error; the coefficients are then rounded to double. Printed beside each set: the largest
relative error of the whole function that the rounded polynomial alone leaves (no evaluation error).
"""

import mpmath as mp

mp.mp.dps = 60


def interpolate(f, low, high, degree):
    count = degree + 1
    middle, half = (high + low) / 2, (high - low) / 2
    nodes = [middle + half * mp.cos(mp.pi * (2 * k + 1) / (2 * count)) for k in range(count)]
    vandermonde = mp.matrix(count, count)
    for i, x in enumerate(nodes):
        for j in range(count):
            vandermonde[i, j] = x**j
    solution = mp.lu_solve(vandermonde, mp.matrix([f(x) for x in nodes]))
    return [float(c) for c in solution]


def show(name, coefficients, whole, exact, low, high):
    worst = mp.mpf(0)
    for k in range(2001):
        x = low + (high - low) * mp.mpf(k) / 2000
        value = exact(x)
        if value != 0:
            worst = max(worst, abs(whole(x, coefficients) / value - 1))
    print(f"// {name}: polynomial error 2^{mp.nstr(mp.log(worst, 2), 4)}")
    for c in coefficients:
        print(f"  {c.hex()},")


def horner(c, x):
    total = mp.mpf(0)
    for a in reversed(c):
        total = total * x + mp.mpf(a)
    return total


s_max = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf("1.0001")
tiny = mp.mpf(10) ** -30


def log_tail(w):
    s = mp.sqrt(w)
    return (mp.log((1 + s) / (1 - s)) - 2 * s) / (s * w)


c = interpolate(log_tail, tiny, s_max**2, 6)
show("log: ln((1+s)/(1-s)) = 2s + s w L(w), w = s^2", c, lambda s, c: 2 * s + s**3 * horner(c, s * s),
     lambda s: mp.log((1 + s) / (1 - s)), tiny, s_max)

z_max = mp.mpf(1) / 64
two_pi = 2 * mp.pi
c = interpolate(lambda z: (mp.cos(two_pi * mp.sqrt(z)) - 1) / z, tiny, z_max, 6)
show("cosine of 2 pi r = 1 + z Q(z), z = r^2", c, lambda r, c: 1 + r * r * horner(c, r * r),
     lambda r: mp.cos(two_pi * r), mp.mpf(0), mp.mpf(1) / 8)
c = interpolate(lambda z: (mp.sin(two_pi * mp.sqrt(z)) / mp.sqrt(z) - two_pi) / z, tiny, z_max, 6)
show("sine of 2 pi r = 2 pi r + r z P(z)", c, lambda r, c: two_pi * r + r**3 * horner(c, r * r),
     lambda r: mp.sin(two_pi * r), mp.mpf(0), mp.mpf(1) / 8)
hi = float(two_pi)
print("// 2 pi high and low", hi.hex(), float(two_pi - mp.mpf(hi)).hex())

# The normal transform: angles in octants, and twice the logarithm.
octant = mp.pi / 4
c = interpolate(lambda z: (mp.cos(octant * mp.sqrt(z)) - 1) / z, tiny, mp.mpf(1), 6)
show("cosine of pi v / 4 = 1 + z Q(z), z = v^2", c, lambda v, c: 1 + v * v * horner(c, v * v), lambda v: mp.cos(octant * v), mp.mpf(0), mp.mpf(1))
c = interpolate(lambda z: mp.sin(octant * mp.sqrt(z)) / mp.sqrt(z), tiny, mp.mpf(1), 6)
show("sine of pi v / 4 = v P(z)", c, lambda v, c: v * horner(c, v * v), lambda v: mp.sin(octant * v), mp.mpf(0), mp.mpf(1))
c = interpolate(lambda w: 2 * log_tail(w), tiny, s_max**2, 6)
show("twice the log's L", c, lambda s, c: 2 * s + s**3 * horner(c, s * s) / 2, lambda s: mp.log((1 + s) / (1 - s)), tiny, s_max)
print("// -2 ln 2", float(-2 * mp.log(2)).hex())

r_max = mp.log(2) / 2 * mp.mpf("1.001")


def exp_tail(r):
    if abs(r) < mp.mpf(10) ** -20:
        return mp.mpf(1) / 2 + r / 6
    return (mp.expm1(r) - r) / (r * r)


c = interpolate(exp_tail, -r_max, r_max, 10)
show("exponential: e^r - 1 = r + r^2 E(r)", c, lambda r, c: r + r * r * horner(c, r), mp.expm1, -r_max, r_max)
ln2 = mp.log(2)
high = mp.mpf(int(ln2 * 2**33)) / 2**33
print("// ln 2 high (33 bits) and low", float(high).hex(), float(ln2 - high).hex(), "log2 e", float(1 / ln2).hex())
