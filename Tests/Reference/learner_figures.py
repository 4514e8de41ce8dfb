"""Figures for LearnerFigureTests: logistic regression and Huber regression by SciPy, scikit-learn and statsmodels; metrics of probabilities by scikit-learn.

Every solution is SciPy's minimum of the stated objective, brought to a gradient below 1e-13 by Newton steps; where scikit-learn or statsmodels can solve the same problem, its
solution has to agree within 1e-9, or the script fails. Run: python3 learner_figures.py
"""

import pathlib

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy import optimize
from scipy.special import expit
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score

rng = np.random.default_rng(20)
n = 60
X = np.round(rng.normal(size=(n, 3)) * [1, 5, 0.2] + [0, 100, -3], 3)
eta = 0.4 + X[:, 0] - 0.2 * (X[:, 1] - 100) + 3 * (X[:, 2] + 3)
y = (rng.random(n) < expit(eta)).astype(float)
noise = rng.standard_t(2, size=n)
z = np.round(20 + eta + noise, 3)
w = np.round(rng.uniform(0.1, 2, size=n), 2)
ones = np.ones(n)


def solve(gradient_hessian, start):
    theta = start
    for _ in range(100):
        g, h = gradient_hessian(theta)
        theta = theta - np.linalg.solve(h, g)
    g, _ = gradient_hessian(theta)
    assert np.max(np.abs(g) / np.sqrt(np.diag(h))) < 1e-13, g
    return theta


def design(intercept):
    return np.column_stack([ones, X]) if intercept else X


def scaled(intercept):
    """The design about its means, so that the systems are well conditioned, and what to add to the intercept afterwards."""
    if not intercept:
        return X, None
    return np.column_stack([ones, X - X.mean(0)]), X.mean(0)


def logistic(penalty, intercept, weights):
    D, means = scaled(intercept)
    s = weights / weights.sum()
    ridge = np.full(D.shape[1], penalty)
    if intercept:
        ridge[0] = 0

    def objective(t):
        e = D @ t
        return s @ (np.logaddexp(0, e) - y * e) + 0.5 * ridge @ t**2

    def gh(t):
        p = expit(D @ t)
        return D.T @ (s * (p - y)) + ridge * t, (D * (s * p * (1 - p))[:, None]).T @ D + np.diag(ridge)

    rough = optimize.minimize(objective, np.zeros(D.shape[1]), jac=lambda t: gh(t)[0], hess=lambda t: gh(t)[1], method="trust-exact", tol=1e-8)
    t = solve(gh, rough.x)
    b, c = (t[0] - means @ t[1:], t[1:]) if intercept else (0.0, t)
    if penalty > 0:
        # The C of scikit-learn multiplies a sum; features about their means, since its solver stops by the objective.
        model = LogisticRegression(C=1 / (weights.sum() * penalty), fit_intercept=intercept, tol=1e-14, max_iter=10000, solver="newton-cholesky")
        model.fit(D[:, 1:] if intercept else D, y, sample_weight=weights)
        assert np.allclose(model.coef_[0], c, rtol=1e-9, atol=1e-11), (model.coef_, c)
    elif np.all(weights == 1):
        fit = sm.Logit(y, D).fit(disp=0, method="newton", tol=1e-14, maxiter=200)
        assert np.allclose(fit.params, t, rtol=1e-9, atol=1e-11)
    return objective(t), b, c


def huber_fixed(epsilon, penalty, intercept, weights):
    D, means = scaled(intercept)
    s = weights / weights.sum()
    ridge = np.full(D.shape[1], penalty)
    if intercept:
        ridge[0] = 0

    def objective(t):
        r = np.abs(z - D @ t)
        return s @ np.where(r <= epsilon, r**2 / 2, epsilon * r - epsilon**2 / 2) + 0.5 * ridge @ t**2

    def gh(t):
        r = z - D @ t
        inner = np.abs(r) <= epsilon
        return -D.T @ (s * np.clip(r, -epsilon, epsilon)) + ridge * t, (D * (s * inner)[:, None]).T @ D + np.diag(ridge)

    rough = optimize.minimize(objective, np.linalg.lstsq(D, z, rcond=None)[0], jac=lambda t: gh(t)[0], method="BFGS", options={"gtol": 1e-10})
    t = solve(gh, rough.x)
    return objective(t), *((t[0] - means @ t[1:], t[1:]) if intercept else (0.0, t))


def huber_mad(epsilon):
    D, means = scaled(True)
    fit = sm.RLM(z, D, M=sm.robust.norms.HuberT(t=epsilon)).fit(tol=1e-14, maxiter=5000, conv="coefs")
    r = z - D @ fit.params
    sigma = np.median(np.abs(r)) / scipy.stats.norm.ppf(0.75)
    assert abs(sigma - fit.scale) < 1e-12 * sigma
    assert np.max(np.abs(D.T @ np.clip(r, -epsilon * sigma, epsilon * sigma)) / n) < 1e-12
    return sigma, fit.params[0] - means @ fit.params[1:], fit.params[1:]


def numbers(values):
    texts = [repr(float(v)) for v in values]
    if len(texts) < 6:
        return "[" + ", ".join(texts) + "]"
    lines = [", ".join(texts[i:i + 12]) + "," for i in range(0, len(texts), 12)]
    return "[\n" + "\n".join("    " + line for line in lines) + "\n  ]"


versions = f"NumPy {np.__version__}, SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}"
lines = [f"// Written by Tests/Reference/learner_figures.py with {versions}. Do not edit.", "", "enum LearnerFigures {",
         "  /// Features by column, outcomes that are 0 or 1, outcomes with heavy tails, weights."]
for j in range(3):
    lines.append(f"  static let x{j + 1} = {numbers(X[:, j])}")
for name, values in (("binary", y), ("numeric", z), ("weights", w)):
    lines.append(f"  static let {name} = {numbers(values)}")
lines += ["", "  /// Logistic regression.",
          "  static let logistic: [(penalty: Double, intercept: Bool, isWeighted: Bool, objective: Double, bias: Double, weights: [Double])] = ["]
for penalty in (0.0, 0.01, 1.0):
    for intercept in (True, False):
        for weights in (ones, w):
            o, b, c = logistic(penalty, intercept, weights)
            lines.append(f"    ({penalty}, {str(intercept).lower()}, {str(weights is w).lower()}, {float(o)!r}, {float(b)!r}, {numbers(c)}),")
lines += ["  ]", "", "  /// Huber regression with a fixed threshold.",
          "  static let huberFixed: [(epsilon: Double, penalty: Double, intercept: Bool, isWeighted: Bool, bias: Double, weights: [Double])] = ["]
for epsilon in (0.5, 2.0, 1000.0):
    for penalty, intercept, weights in ((0.0, True, ones), (0.05, True, w), (0.05, False, ones)):
        _, b, c = huber_fixed(epsilon, penalty, intercept, weights)
        lines.append(f"    ({epsilon}, {penalty}, {str(intercept).lower()}, {str(weights is w).lower()}, {float(b)!r}, {numbers(c)}),")
lines += ["  ]", "", "  /// Huber's T with the MAD about 0: RLM of statsmodels.",
          "  static let huberMAD: [(epsilon: Double, sigma: Double, bias: Double, weights: [Double])] = ["]
for epsilon in (0.7, 1.345, 2.5):
    s, b, c = huber_mad(epsilon)
    lines.append(f"    ({epsilon}, {float(s)!r}, {float(b)!r}, {numbers(c)}),")
p = np.round(expit(eta + rng.normal(size=n)), 1)  # one decimal: ties, 0 and 1
top = [0, 5, 11]
p[top] = [0.0, 1.0, 1.0]
scores = []
for weights in (ones, w):
    true, predicted = calibration_curve(y, p, n_bins=7, strategy="uniform") if weights is ones else (None, None)
    # No p but 0 and 1 lies on an edge of seven bins, so that which edge belongs to a bin does not matter.
    edges = np.minimum((p * 7).astype(int), 6)
    ece = sum(abs(np.sum(weights[edges == k] * (p[edges == k] - y[edges == k]))) for k in range(7)) / weights.sum()
    if weights is ones:
        sizes = np.bincount(edges, minlength=7)
        sizes = sizes[sizes > 0]
        assert abs(sizes @ np.abs(true - predicted) / n - ece) < 1e-14
    scores.append((log_loss(y, p, sample_weight=weights), roc_auc_score(y, p, sample_weight=weights), ece,
                   brier_score_loss(y, p, sample_weight=weights), accuracy_score(y, p > 0.5, sample_weight=weights)))
lines += ["  ]", "", "  /// Probabilities of `binary`, with ties, 0 and 1; metrics without and with the weights; seven bins.",
          f"  static let probabilities = {numbers(p)}",
          "  static let metrics: [(logLoss: Double, auc: Double, calibrationError: Double, brier: Double, accuracy: Double)] = ["]
for row in scores:
    lines.append("    (" + ", ".join(repr(float(v)) for v in row) + "),")
lines += ["  ]", "}"]
target = pathlib.Path(__file__).resolve().parent.parent / "SkewlabComponentsTests" / "Figures" / "LearnerFigures.swift"
target.write_text("\n".join(lines) + "\n")
print(versions)
