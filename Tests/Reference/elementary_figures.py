"""Figures for the elementary kernels. Python 3.11, mpmath 1.3.0. Run: python3 elementary_figures.py"""

import random
import mpmath as mp
from figures import pair, write

mp.mp.dps = 400  # sin of 2 pi v near a multiple of 1/2, and e^x - 1 near 0, need the digits
random.seed(20240101)
COUNT = 100


def rows(arguments, *functions):
    return [x.hex() + " " + " ".join(pair(f(mp.mpf(x))) for f in functions) for x in arguments]


log_arguments = [1.0, 1 - 2**-53, 1 + 2**-52, 2.0, 0.5, 2**-53, 1 - 2**-53, 2**-0.5, 2**0.5, 5e-324, 2.2250738585072014e-308,
                 1e-310, 1.7976931348623157e308]
log_arguments += [random.random() for _ in range(COUNT)]
log_arguments += [2.0 ** random.uniform(-1022, 1024) for _ in range(COUNT)]
log_arguments += [1 + random.uniform(-1, 1) * 10.0 ** random.uniform(-16, -1) for _ in range(COUNT)]
exp_arguments = [0.0, 1.0, -1.0, 709.78, 709.0, -708.0, -708.39, 5e-324, 1e-20, -1e-20, 0.34657359027997264, -0.34657359027997264]
exp_arguments += [random.uniform(-708, 709.7) for _ in range(COUNT)]
exp_arguments += [random.uniform(-2, 2) for _ in range(COUNT)]
expm1_arguments = [1.0, -1.0, 709.78, -36.0, -37.5, -40.0, -1000.0, 5e-324, 1e-300, 1e-20, -1e-20, 0.34657359027997264, -0.34657359027997264]
expm1_arguments += [random.uniform(-38, 709.7) for _ in range(COUNT)]
expm1_arguments += [random.uniform(-2, 2) for _ in range(COUNT)]
expm1_arguments += [random.choice([-1, 1]) * 10.0 ** random.uniform(-18, 0) for _ in range(COUNT)]
turn_arguments = [2**-53, 2**-52, 0.125, 0.375, 0.625, 0.875, 0.25 + 2**-53, 0.5 - 2**-53, 0.5 + 2**-52, 0.75 + 2**-52, 1 - 2**-53, 1e-20,
                  1 / 3, 1 / 6, 1 / 12]
turn_arguments += [random.random() for _ in range(2 * COUNT)]
turn_arguments += [random.randrange(1, 8) / 8 + random.uniform(-1, 1) * 10.0 ** random.uniform(-15, -2) for _ in range(COUNT)]
log1p_arguments = [0.5, -0.5, 1.0, 5e-324, 1e-300, 1e-20, -1e-20, -1 + 2**-53, -0.999, 2.0**53, 1e300, 1.7976931348623157e308]
log1p_arguments += [random.choice([-1, 1]) * 10.0 ** random.uniform(-18, 0) for _ in range(COUNT)]
log1p_arguments += [2.0 ** random.uniform(-60, 1024) for _ in range(COUNT)]

write("ElementaryFigures", "elementary_figures.py", "mpmath 1.3.0", [
    ("log", "x, then ln x as a double and the rest.", rows(log_arguments, mp.log)),
    ("exp", "x, then e^x as a double and the rest.", rows(exp_arguments, mp.exp)),
    ("expm1", "x, then e^x - 1 as a double and the rest.", rows(expm1_arguments, mp.expm1)),
    ("log1p", "x, then ln(1 + x) as a double and the rest.", rows(log1p_arguments, mp.log1p)),
    ("turns", "v, then cos 2 pi v and sin 2 pi v, each as a double and the rest.",
     rows(turn_arguments, lambda v: mp.cos(2 * mp.pi * v), lambda v: mp.sin(2 * mp.pi * v))),
])
