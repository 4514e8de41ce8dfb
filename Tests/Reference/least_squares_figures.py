"""Figures for WeightedLearnerTests: weighted least squares by statsmodels, the recursion of recursive least squares row by row in NumPy. Prints the versions it ran with."""
import numpy as np
import statsmodels
import statsmodels.api as sm

print("numpy", np.__version__, "statsmodels", statsmodels.__version__)
X = np.array([[1, 2, 0.5], [2, 1, -1], [3, 5, 2], [4, 3, 0], [5, 9, 1.5], [6, 4, -2.5]], float)
y = np.array([1, 3, 2, 5, 4, 8], float)
n = len(y)
show = lambda values: [float(v) for v in values]
for name, w in (
    ("half-life 2", 2.0 ** (-np.arange(n)[::-1] / 2)),
    ("weight x2", X[:, 1]),
    ("variance x1", 1 / X[:, 0]),
    ("deviation x2", 1 / X[:, 1] ** 2),
):
    print(name, show(sm.WLS(y, sm.add_constant(X), weights=w).fit().params))
    print(name, "no intercept", show(sm.WLS(y, X, weights=w).fit().params))


def recursion(Z, y, forgetting, covariance):
    theta, P = np.zeros(Z.shape[1]), covariance * np.eye(Z.shape[1])
    for z, target in zip(Z, y):
        k = P @ z / (forgetting + z @ P @ z)
        theta = theta + k * (target - z @ theta)
        P = (P - np.outer(k, z @ P)) / forgetting
    return theta


for forgetting, covariance in ((1.0, 1000.0), (0.9, 10.0), (0.5, 1.0)):
    print("recursion", forgetting, covariance, show(recursion(sm.add_constant(X), y, forgetting, covariance)))
    print("recursion", forgetting, covariance, "no intercept", show(recursion(X, y, forgetting, covariance)))
