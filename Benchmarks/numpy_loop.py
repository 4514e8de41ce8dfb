"""The loop of ordinary-loop.yaml as a good NumPy user would write it. Prints CPU seconds a cycle, start-up not counted.

One row of z a feature and a last row of ones, so that every array is contiguous and A @ A.T is a symmetric rank-k product.
Rows are independent, so the first fifth is as random an evaluation share as any, and costs no copy.
"""

import sys
import time

import numpy as np


def cycle(rng, z, noise, b, theta, held_out):
    rng.standard_normal(out=z[:-1])
    rng.standard_normal(out=noise)
    truth = b + 0.5 * theta
    truth[-1] = 0
    y = truth @ z + noise
    served_loss = np.mean((y - theta @ z) ** 2)
    fitted, evaluation = z[:, held_out:], z[:, :held_out]
    theta = np.linalg.solve(fitted @ fitted.T, fitted @ y[held_out:])
    offline_loss = np.mean((y[:held_out] - theta @ evaluation) ** 2)
    return theta, served_loss, offline_loss


def main(rows, features, cycles):
    rng = np.random.default_rng(2026)
    z, noise = np.ones((features + 1, rows)), np.empty(rows)
    b = np.full(features + 1, features**-0.5)
    b[-1] = 0
    theta, losses = np.zeros(features + 1), []
    for number in range(cycles + 1):
        if number == 1:
            start = time.process_time()
        theta, served, offline = cycle(rng, z, noise, b, theta, rows // 5)
        losses.append((served, offline))
    print((time.process_time() - start) / cycles, *losses[-1], theta[0] / b[0])


main(*map(int, sys.argv[1:]))
