"""Figures for the special functions. Python 3.11, mpmath 1.3.0 at 60 digits, SciPy 1.17.1 as a cross-check.

Every figure comes from mpmath; where SciPy has the function, the script stops if the two differ by more than 1e-9 relative
(SciPy's own error in far tails). Run: python3 special_figures.py
"""

import mpmath as mp
import scipy.special as sp
import scipy.stats as st
from figures import write

mp.mp.dps = 60
half = mp.mpf(1) / 2


def show(*numbers):
    return " ".join(float(x).hex() for x in numbers)


def check(value, reference, what):
    value, reference = float(value), float(reference)
    if value > 1e-290 and abs(value - reference) > 1e-9 * abs(reference):
        raise SystemExit(f"{what}: mpmath {value!r}, SciPy {reference!r}")
    return value


def normal_cdf(x):
    return mp.erfc(-mp.mpf(x) / mp.sqrt(2)) / 2


def beta(a, b, x):
    """I_x(a, b) by the continued fraction DLMF 8.17.22 (modified Lentz) on the side where it converges fast."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta(b, a, 1 - x)
    f, c, d = mp.mpf(1), mp.mpf(1), mp.mpf(0)
    k = 0
    while True:
        k += 1
        m = k // 2
        top = m * (b - m) * x if k == 2 * m else -(a + m) * (a + b + m) * x
        coefficient = top / ((a + k - 1) * (a + k))
        d = 1 / (1 + coefficient * d)
        c = 1 + coefficient / c
        f *= c * d
        if abs(c * d - 1) < mp.mpf(10) ** -45:
            break
    front = a * mp.log(x) + b * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    return mp.exp(front) / (a * f)


def t_cdf(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    tail = beta(df / 2, half, df / (df + t * t)) / 2
    return tail if t < 0 else 1 - tail


tables = []
rows = [show(x, check(normal_cdf(x), st.norm.cdf(x), f"normal {x}"))
        for x in [-37.5, -30, -20.3, -12.7, -8.1, -6, -5, -4, -3, -2, -1.96, -1, -0.5, -0.1, -1e-8, 0, 1e-8, 0.1, 0.7, 1, 1.96, 3, 5, 8]]
tables.append(("normalCDF", "x, P(Z <= x).", rows))

rows = []
for p in [1e-300, 1e-100, 1e-40, 1e-20, 1e-12, 1e-9, 1e-6, 1e-3, 0.025, 0.075, 0.0751, 0.2, 0.3, 0.499, 0.4999999, 0.5, 0.51, 0.6, 0.9, 0.925,
          0.975, 0.999, 1 - 1e-6, 1 - 1e-12]:
    start = st.norm.ppf(p)
    x = mp.findroot(lambda x: mp.log(normal_cdf(x) / mp.mpf(p)), mp.mpf(start)) if p != 0.5 else mp.mpf(0)
    check(abs(x), abs(start), f"normal quantile {p}")
    rows.append(show(p, x))
tables.append(("normalQuantile", "p, the x with P(Z <= x) = p.", rows))

rows = []
for df in [0.5, 1, 2, 3, 4.5, 10, 30, 100, 1000, 1e4, 1e6]:
    for t in [-50, -12, -7, -4.3, -2, -1, -0.3, -1e-3, 1e-6, 0.1, 0.9, 1.7, 3.2, 8]:
        rows.append(show(df, t, check(t_cdf(t, df), st.t.cdf(t, df), f"t cdf {t} {df}")))
tables.append(("studentCDF", "degrees of freedom, t, P(T <= t).", rows))

rows = []
for df in [0.5, 1, 2, 3, 4.5, 10, 30, 100, 1000, 1e4, 1e6]:
    for p in [1e-12, 1e-9, 1e-6, 1e-3, 0.025, 0.1, 0.24, 0.26, 0.4, 0.499999, 0.6, 0.75, 0.9, 0.975, 0.9995, 1 - 1e-9]:
        start = st.t.ppf(p, df)
        target = mp.log(min(mp.mpf(p), 1 - mp.mpf(p)))
        side = -1 if p < 0.5 else 1
        t = side * mp.findroot(lambda t: mp.log(t_cdf(-t, df)) - target, abs(mp.mpf(float(start))))
        check(abs(t), abs(start), f"t quantile {p} {df}")
        rows.append(show(df, p, t))
tables.append(("studentQuantile", "degrees of freedom, p, the t with P(T <= t) = p.", rows))

rows = [show(x, mp.loggamma(mp.mpf(x)))
        for x in [1e-300, 1e-10, 0.01, 0.3, 0.4999, 0.5, 0.7, 0.999, 1 - 1e-10, 1, 1 + 1e-10, 1.001, 1.3, 1.4616, 1.4999, 1.5, 1.8, 2 - 1e-10, 2, 2 + 1e-10,
                  2.3, 2.5, 2.51, 3, 4.4, 7.7, 9.99, 10, 10.01, 15.5, 100, 1234.5, 1e6, 1e10, 1e100, 1e300]]
tables.append(("logGamma", "x, ln Gamma(x).", rows))

rows = []
for a in [0.01, 0.1, 0.5, 1, 3, 10, 33.3, 100, 1e4, 1e6]:
    root = a**0.5
    for x in [0.01 * a, 0.5 * a, a - 2 * root, a - root / 2, a, a + root / 2, a + 3 * root, 2 * a, 3 * a + 20]:
        if x <= 0:
            continue
        lower = mp.gammainc(mp.mpf(a), 0, mp.mpf(x), regularized=True) if a < 1e5 or abs(x - a) < 10 * root else None
        if lower is None:
            continue
        upper = mp.gammainc(mp.mpf(a), mp.mpf(x), regularized=True)
        if upper < 1e-280 or lower < 1e-280:
            continue
        rows.append(show(a, x, check(lower, sp.gammainc(a, x), f"P {a} {x}"), check(upper, sp.gammaincc(a, x), f"Q {a} {x}")))
tables.append(("gamma", "a, x, P(a, x), Q(a, x).", rows))

rows = []
for a, b in [(0.5, 0.5), (1, 1), (0.1, 3), (2, 5), (30, 0.5), (12.5, 40), (300, 200), (1e4, 7), (5e5, 0.5), (1e4, 3e4)]:
    for x in [1e-6, 0.01, 0.2, 0.25, 0.2525, 0.5, 0.6, 0.77, 0.99, 0.9999]:
        value = beta(a, b, mp.mpf(x))
        if value < 1e-280:
            continue
        rows.append(show(a, b, x, check(value, sp.betainc(a, b, x), f"beta {a} {b} {x}")))
tables.append(("beta", "a, b, x, I_x(a, b).", rows))

rows = [show(df, x, check(mp.gammainc(mp.mpf(df) / 2, 0, mp.mpf(x) / 2, regularized=True), st.chi2.cdf(x, df), "chi2"),
             check(mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, regularized=True), st.chi2.sf(x, df), "chi2 upper"))
        for df in [1, 2, 5, 23, 100] for x in [0.001, 0.5, 2, 10, 35, 120]]
tables.append(("chiSquared", "degrees of freedom, x, P(X <= x), P(X > x).", rows))

rows = [show(x, check(2 * mp.nsum(lambda k: (-1) ** (int(k) - 1) * mp.exp(-2 * k * k * mp.mpf(x) ** 2), [1, 200]), sp.kolmogorov(x), "kolmogorov"))
        for x in [0.2, 0.4, 0.6, 0.8, 0.99, 1, 1.01, 1.36, 1.63, 2, 3, 5, 10]]
tables.append(("kolmogorov", "x, P(K > x).", rows))

rows = []
for mean in [0.1, 3, 9.9, 50, 1e4]:
    for k in sorted({0, int(mean), int(mean + 3 * mean**0.5), int(mean + 6 * mean**0.5) + 4, max(0, int(mean - 4 * mean**0.5))}):
        m = mp.mpf(mean)
        mass = mp.exp(-m + k * mp.log(m) - mp.loggamma(k + 1))
        total, term = mass, mass
        for j in range(k, 0, -1):
            term = term * j / m
            total += term
        rows.append(show(mean, k, check(mass, st.poisson.pmf(k, mean), "pmf"), check(total, st.poisson.cdf(k, mean), "cdf")))
tables.append(("poisson", "mean, k, P(X = k), P(X <= k).", rows))

rows = []
for n, p in [(1, 0.3), (10, 0.5), (40, 0.03), (1000, 0.9), (100000, 0.25)]:
    for k in sorted({0, int(n * p), int(n * p / 2), n - 1, max(0, int(n * p) - 5)} - {n}):
        value = beta(n - k, k + 1, 1 - mp.mpf(p))
        if value < 1e-280:
            continue
        rows.append(show(n, p, k, check(value, st.binom.cdf(k, n, p), f"binomial {n} {p} {k}")))
tables.append(("binomial", "trials, probability, k, P(X <= k).", rows))

write("SpecialFigures", "special_figures.py", "mpmath 1.3.0 and SciPy 1.17.1", tables)
