"""Figures for the linear algebra. Python 3.11, NumPy 2.4.6, mpmath 1.3.0. Run: python3 linear_figures.py

Systems have exactly representable matrices, so that their rank is exact; the least-norm solution is the pseudoinverse by mpmath's
symmetric eigenvalues at 80 digits. The NumPy solution (lstsq with the true rank's cutoff) is compared where double precision can hold it.
"""

import mpmath as mp
import numpy as np
from figures import TARGET

mp.mp.dps = 80
lines = ["// Written by Tests/Reference/linear_figures.py with NumPy 2.4.6 and mpmath 1.3.0. Do not edit.", "",
         "import SkewlabNumerics", "", "enum LinearFigures {"]


def literal(values, indent=4):
    line = "[" + ", ".join(float(v).hex() for v in values) + "]"
    if len(line) < 110:
        return line
    numbers = [float(v).hex() for v in values]
    groups = [", ".join(numbers[i:i + 4]) + "," for i in range(0, len(numbers), 4)]
    return "[\n" + "\n".join(" " * (indent + 2) + group for group in groups) + "\n" + " " * indent + "]"


def matrix_literal(a, indent):
    rows = [" " * indent + "  " + literal(row, indent + 2) + "," for row in a]
    return "Matrix([\n" + "\n".join(rows) + "\n" + " " * indent + "])"


def system(name, comment, a, b, compare=True):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    n = len(b)
    values, vectors = mp.eigsy(mp.matrix(a.tolist()))
    largest = max(abs(values[i]) for i in range(n))
    x, rank = mp.matrix(n, 1), 0
    for k in range(n):
        if values[k] > largest * mp.mpf(10) ** -60:
            rank += 1
            share = sum(vectors[i, k] * mp.mpf(b[i]) for i in range(n)) / values[k]
            for i in range(n):
                x[i] += share * vectors[i, k]
    if compare:
        expected, _, r, _ = np.linalg.lstsq(a, b, rcond=1e-13)
        assert r == rank and np.allclose(expected, [float(v) for v in x], rtol=1e-8, atol=1e-12), (name, expected, x)
    lines.extend([f"  /// {comment}", f"  static let {name} = (",
                  f"    a: {matrix_literal(a, 4)},", f"    b: {literal(b)},", f"    solution: {literal(x)}, rank: {rank}", "  )", ""])


rng = np.random.default_rng(7)
design = rng.integers(-6, 7, size=(12, 4)).astype(float)
outcome = rng.integers(-9, 10, size=12).astype(float)


def normal(x, y=outcome):
    return x.T @ x, x.T @ y


def centred(x, y=outcome):
    n = len(y)
    return n * x.T @ x - np.outer(x.sum(0), x.sum(0)), n * x.T @ y - x.sum(0) * y.sum()


small, large = 2.0**-20, 2.0**20
one_hot = np.eye(3)[np.array([0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 2, 0])]
system("fullRank", "Normal equations of full rank.", *normal(design))
system("scaled", "The same columns in units from 1e-6 to 1e6.", *normal(design * [small, 1, large, 1]), compare=False)
system("constant", "Centred: the second column is constant.", *centred(np.column_stack([design[:, 0], np.full(12, 3.0), design[:, 1]])))
system("duplicated", "The third column repeats the first.", *normal(np.column_stack([design[:, 0], design[:, 1], design[:, 0]])))
system("duplicatedTwice", "Centred: three equal columns and another.",
       *centred(np.column_stack([design[:, 0], design[:, 0], design[:, 0], design[:, 1]])))
system("oneHot", "Centred: a full set of indicators, whose sum is constant, and a number.", *centred(np.column_stack([one_hot, design[:, 0]])))
system("oneHotIntercept", "Not centred: an intercept column and a full set of indicators.", *normal(np.column_stack([np.ones(12), one_hot])))
system("copyInOtherUnits", "The second column is the first times 2^20.",
       *normal(np.column_stack([design[:, 0], design[:, 0] * large, design[:, 1]])), compare=False)
system("twoScales", "Two duplicated pairs, one of size 1e-6, one of size 1e6, and a column of size 1.",
       *normal(np.column_stack([design[:, 0] * small, design[:, 1] * large, design[:, 2], design[:, 0] * small, design[:, 1] * large])),
       compare=False)
system("rankOne", "Five multiples of one column.", *normal(np.outer(design[:, 0], [1, 2, -1, 3, 0.5])))
system("inconsistent", "A right side outside the column space.", [[1, 1], [1, 1]], [3, 1])

a = rng.standard_normal((3, 4))
b = rng.standard_normal((4, 2))
s = design.T @ design
tall = rng.standard_normal((6, 3))
right = rng.standard_normal(6)
wide = rng.standard_normal((2, 4))
deficient = np.column_stack([tall[:, 0], tall[:, 1], tall[:, 0] + tall[:, 1]])


def value(name, comment, text):
    lines.extend([f"  /// {comment}", f"  static let {name} = {text}", ""])


value("left", "A 3 x 4 factor.", matrix_literal(a, 2))
value("right", "A 4 x 2 factor.", matrix_literal(b, 2))
value("product", "Their product by NumPy.", matrix_literal(a @ b, 2))
value("symmetric", "A positive definite matrix.", matrix_literal(s, 2))
value("eigenvalues", "Its eigenvalues by numpy.linalg.eigvalsh.", literal(np.linalg.eigvalsh(s)))
value("choleskyFactor", "Its factor by numpy.linalg.cholesky.", matrix_literal(np.linalg.cholesky(s), 2))
value("tall", "A 6 x 3 matrix of full rank.", matrix_literal(tall, 2))
value("tallRight", "A right side for it.", literal(right, 2))
value("tallSolution", "The least-squares solution by numpy.linalg.lstsq.", literal(np.linalg.lstsq(tall, right, rcond=None)[0]))
value("deficient", "A 6 x 3 matrix of rank 2.", matrix_literal(deficient, 2))
value("deficientSolution", "The least-norm solution by numpy.linalg.lstsq.", literal(np.linalg.lstsq(deficient, right, rcond=1e-12)[0]))
value("wide", "A 2 x 4 matrix.", matrix_literal(wide, 2))
value("wideSolution", "The least-norm solution for the first two right side elements.", literal(np.linalg.lstsq(wide, right[:2], rcond=None)[0]))
lines[-1] = "}"
(TARGET / "LinearFigures.swift").write_text("\n".join(lines) + "\n")
