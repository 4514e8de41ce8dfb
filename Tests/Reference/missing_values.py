"""Writes scenarios/data/missing-values.csv. Python 3.11, standard library. Run: python3 missing_values.py > ../../scenarios/data/missing-values.csv

x is normal with mean 2 and deviation 1, as 2,000 midpoint quantiles scaled to variance 1; y = 1 + 1.5 x without noise; in each group of
five neighbouring values one x is missing, so that those missing are like the others. Rows are shuffled.
"""

import random
from statistics import NormalDist

random.seed(20240301)
count = 2000
z = [NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)]
scale = (sum(v * v for v in z) / count) ** -0.5
rows = []
for start in range(0, count, 5):
    gap = start + random.randrange(5)
    for i in range(start, start + 5):
        x = 2 + scale * z[i]
        rows.append(("" if i == gap else f"{x:.6f}", f"{1 + 1.5 * round(x, 6):.7f}"))
random.shuffle(rows)
print("x,y")
for row in rows:
    print(",".join(row))
