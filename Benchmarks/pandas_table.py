"""Writes a table of a million rows and 12 columns of numbers, or reads one as a pandas user would and prints the CPU seconds that took."""

import sys
import time

import numpy as np
import pandas as pd


def write(path, kind):
    rng, rows = np.random.default_rng(2026), 1_000_000
    numbers = {f"x{j}": rng.standard_normal(rows) for j in range(12)}
    if kind == "log":  # counts, prices and shares beside numbers with every digit
        for j in range(3):
            numbers[f"x{j}"] = rng.integers(0, 1000 ** (j + 1), rows)
            numbers[f"x{j + 3}"] = np.round(rng.lognormal(5, 1, rows), 2)
        numbers |= {f"x{j}": np.round(rng.random(rows), 6) for j in (6, 7)}
    pd.DataFrame(numbers).to_csv(path, index=False)


def read(path):
    start = time.process_time()
    table = pd.read_csv(path)
    print(time.process_time() - start, table.shape)


{"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
