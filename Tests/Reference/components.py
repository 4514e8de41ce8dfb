"""Figures for SkewlabComponentsTests: transforms and learners by NumPy, link moments by SciPy's quadrature. Prints the versions it ran with."""
import numpy as np
import scipy
from scipy import integrate, stats

print("numpy", np.__version__, "scipy", scipy.__version__)
x = np.array([1.5, np.nan, -2.0, 4.0, 4.0, np.nan, 10.0, 0.25])
w = np.array([1, 1, 1, 2, 1, 1, 0.5, 1.0])
ok = ~np.isnan(x)
mean = np.average(x[ok], weights=w[ok])
print("mean", repr(np.mean(x[ok])), "weighted", repr(mean), "median", np.median(x[ok]))
print("sd ddof 0", repr(np.std(x[ok])), "ddof 1", repr(np.std(x[ok], ddof=1)))
print("weighted sd", repr(np.sqrt(np.average((x[ok] - mean) ** 2, weights=w[ok]))))
print("log1p", [repr(v) for v in np.log1p([0.0, 1e-10, 0.5, 99.0, -0.999])])

X = np.array([[1, 2, 0.5], [2, 1, -1], [3, 5, 2], [4, 3, 0], [5, 9, 1.5], [6, 4, -2.5]], float)
y = np.array([1, 3, 2, 5, 4, 8], float)
n = len(y)
Xc, yc = X - X.mean(0), y - y.mean()
for lam in (0.0, 0.1, 2.0):
    b = np.linalg.solve(Xc.T @ Xc / n + lam * np.eye(3), Xc.T @ yc / n)
    print("ridge", lam, [repr(v) for v in b], "intercept", repr(y.mean() - X.mean(0) @ b))
b = np.linalg.solve(X.T @ X / n + 0.1 * np.eye(3), X.T @ y / n)
print("no intercept, 0.1", [repr(v) for v in b])
D = np.column_stack([X[:, 0], 2 * X[:, 0], X[:, 2], np.ones(n)])
b = np.linalg.lstsq(D - D.mean(0), yc, rcond=1e-12)[0]
print("minimum norm, copies and a constant", [repr(v) for v in b])

g = stats.norm.pdf
for mu, tau in ((0.3, 0.8), (-2.0, 3.0), (1.0, 30.0)):
    s = lambda z: 1 / (1 + np.exp(-(mu + tau * z)))
    m = integrate.quad(lambda z: s(z) * g(z), -40, 40, points=[-mu / tau], limit=500, epsabs=1e-14)[0]
    d = integrate.quad(lambda z: s(z) * (1 - s(z)) * g(z), -40, 40, points=[-mu / tau], limit=500, epsabs=1e-14)[0]
    c = lambda z: np.clip(mu + tau * z, 0, 1)
    cm = integrate.quad(lambda z: c(z) * g(z), -40, 40, points=[-mu / tau, (1 - mu) / tau], limit=500, epsabs=1e-14)[0]
    print("link", mu, tau, "logistic", repr(m), repr(d), "linear", repr(cm), repr(stats.norm.cdf((1 - mu) / tau) - stats.norm.cdf(-mu / tau)))
