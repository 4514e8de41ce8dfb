"""Figures for shifts and the world `nonlinear`: printed as Swift, for Tests/SkewlabComponentsTests/Figures/ShiftFigures.swift.

    python3 Tests/Reference/shift_figures.py        # NumPy 2.4.6, SciPy 1.17.1
"""
import numpy as np
import scipy
from scipy.integrate import dblquad
from scipy.optimize import minimize

print(f"// NumPy {np.__version__}, SciPy {scipy.__version__}; Tests/Reference/shift_figures.py")


def friedman(centers, widths):
    """Mean of sin(pi x1 x2) and its slopes on x1, x2, uniform on boxes."""
    (c1, c2), (w1, w2) = centers, widths
    def mean(f):
        value, _ = dblquad(lambda y, x: f(x, y), c1 - w1 / 2, c1 + w1 / 2, c2 - w2 / 2, c2 + w2 / 2, epsabs=1e-13, epsrel=1e-13)
        return value / (w1 * w2)
    s = lambda x, y: np.sin(np.pi * x * y)
    return mean(s), mean(lambda x, y: (x - c1) * s(x, y)) / (w1**2 / 12), mean(lambda x, y: (y - c2) * s(x, y)) / (w2**2 / 12)


print("// mean of sin(pi x1 x2), slopes; centers and widths")
for centers, widths in [((0.5, 0.5), (1, 1)), ((0.9, 0.5), (1, 1)), ((0.5, 0.2), (1.5, 0.5)), ((3.0, -2.0), (2, 1))]:
    print(centers, widths, [repr(float(v)) for v in friedman(centers, widths)])

# The table of the tests: x with a gap, a text, an outcome.
x = np.array([1, 2, 3, 4, 5, 6, 7, np.nan, 2.5, 4.5])
town = np.array(list("ABAACBABCA"))
y = np.array([1, 3, 2, 5, 9, 4, 8, 3, 6, 5.0])


def tilt(functions):
    g = np.array(functions).T
    f = lambda t: np.log(np.exp(g @ t).sum())
    t = minimize(f, np.zeros(g.shape[1]), jac=lambda t: (np.exp(g @ t) @ g) / np.exp(g @ t).sum(), method="BFGS", options={"gtol": 1e-13}).x
    for _ in range(50):  # polished by plain Newton steps
        w = np.exp(g @ t); w /= w.sum()
        m = w @ g
        t = t - np.linalg.solve((g * w[:, None]).T @ g - np.outer(m, m), m)
    w = np.exp(g @ t)
    return w * len(w) / w.sum()


there = ~np.isnan(x)
sd = x[there].std()
target = x[there].mean() + 0.5 * sd
gx = np.where(there, x - target, 0)
gb = (town == "B") - (3 / 10 + 0.2)
print("// weights: the mean of x half a standard deviation higher; town B 0.2 more frequent; both")
for w in [tilt([gx]), tilt([gb]), tilt([gx, gb])]:
    print([float(v) for v in w])

# Least squares of y on x (gap filled by the mean) and a column for each town, and the effects, centred where there is a value.
design = np.column_stack([np.where(there, x - x[there].mean(), 0)] + [(town == t).astype(float) for t in "ABC"] + [np.ones(10)])
coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
effect = design[:, 1:4] @ coefficients[1:4]
print("// slope of x, effects of the towns less their mean, root mean squared residual")
print(float(coefficients[0]), [float(v) for v in effect - effect.mean()])
print(float(np.sqrt(((y - design @ coefficients) ** 2).mean())))

# Weighted least squares under the third weights, outcomes with 1.5 times the effect of x and an intercept 2 higher: what best_loss tends to.
w = tilt([gx, gb])
shifted = y + 2 + 0.5 * coefficients[0] * design[:, 0]
filled = np.where(there, x, np.average(x[there], weights=w[there]))
encoded = np.column_stack([filled] + [(town == t).astype(float) for t in "ABC"] + [np.ones(10)])
root = np.sqrt(w)
fit = np.linalg.lstsq(encoded * root[:, None], shifted * root, rcond=None)[0]
print("// the weighted mean squared residual of the best line on shifted rows")
print(float(np.average((shifted - encoded @ fit) ** 2, weights=w)))
