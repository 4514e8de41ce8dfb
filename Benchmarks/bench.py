"""Runs both sides of each case in turn, prints ratios with their spread, and writes .build-bench/benchmarks.csv."""

import argparse
import csv
import ctypes
import ctypes.util
import datetime
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
BUILD = Path(".build-bench")
SKEWLAB = ".build/release/skewlab"
BEGIN, END = "<!-- benchmarks: written by make bench -->", "<!-- end of benchmarks -->"
LOOP = str(HERE / "ordinary-loop.yaml")


def measure(*command):
    """Wall seconds, CPU seconds and peak megabytes of a command."""
    launcher = [sys.executable, "-I", "-S", str(HERE / "measure.py")]
    *numbers, code = subprocess.run([*launcher, *command], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    if code != "0":
        sys.exit(f"{' '.join(command)}: exit code {code}")
    return tuple(map(float, numbers))


def run(scenario, *options):
    return measure(SKEWLAB, "run", scenario, "--out", str(BUILD / "run"), "--force", "--quiet", *options)


def skewlab_cycle(rows, features, cycles):
    """CPU seconds a cycle: a long run less a run of one cycle, so that start-up and writing files drop out."""
    size = ["--rows", str(rows), "--set", f"world.features={features}", "--jobs", "1"]
    long = run(LOOP, *size, "--cycles", str(cycles + 1))[1]
    return (long - run(LOOP, *size, "--cycles", "1")[1]) / cycles


def numpy_cycle(rows, features, cycles):
    command = [sys.executable, str(HERE / "numpy_loop.py"), str(rows), str(features), str(cycles)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[0])


def pipeline_seconds(cycles):
    """What the profile of a run says that feature handling took."""
    command = [SKEWLAB, "run", str(HERE / "feature-handling.yaml"), "--out", str(BUILD / "run"), "--force", "--quiet", "--profile"]
    command += ["--cycles", str(cycles), "--jobs", "1"]
    profile = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    value, unit = next(line.split()[1:3] for line in profile.splitlines() if line.startswith("pipeline "))
    return float(value) * {"ms": 1e-3, "s": 1}[unit]


def feature_handling():
    """Seconds to put 10⁶ rows of 20 features through six steps; of ours, 20 cycles more less none more, so that the fit drops out."""
    other = [sys.executable, str(HERE / "sklearn_pipeline.py"), "1000000", "20"]
    theirs = lambda: float(subprocess.run(other, check=True, capture_output=True, text=True).stdout.split()[0])
    return lambda: (pipeline_seconds(21) - pipeline_seconds(1)) / 20, theirs


def loop(rows, features, cycles):
    return lambda: skewlab_cycle(rows, features, cycles), lambda: numpy_cycle(rows, features, cycles)


class Counter(ctypes.Structure):
    """skewlab_counter of skewlab_kernels.h."""

    _fields_ = [("key", ctypes.c_uint64), ("replicate", ctypes.c_uint32), ("cycle", ctypes.c_uint32), ("draw", ctypes.c_uint32)]


def normals(generator, count=32_768, calls=100):
    """CPU seconds a normal variable, written into an array that stays in the cache: the kernel's and a NumPy generator's."""
    out = np.empty(count)
    kernel = ctypes.CDLL(str((BUILD / "libkernels.so").resolve())).skewlab_normals
    kernel.argtypes = [Counter, ctypes.c_uint64, ctypes.c_size_t, ctypes.c_void_p]
    rng = np.random.Generator(generator(2026))

    def timed(call):
        def seconds():
            start = time.process_time()
            for index in range(calls):
                call(index)
            return (time.process_time() - start) / (calls * count)

        return seconds

    return (
        timed(lambda index: kernel(Counter(2026, 0, index, 0), 0, count, out.ctypes.data)),
        timed(lambda index: rng.standard_normal(out=out)),
    )


def floor(rows, features):
    """CPU seconds that the random numbers of a cycle take alone, and its products by BLAS alone: functions that measure once."""
    kernel = ctypes.CDLL(str((BUILD / "libkernels.so").resolve())).skewlab_normals
    kernel.argtypes = [Counter, ctypes.c_uint64, ctypes.c_size_t, ctypes.c_void_p]
    blas = ctypes.CDLL(ctypes.util.find_library("openblas"))
    chunk = 3072  # rows that fit into a core's cache, as in the loop
    order = features + 1
    values = np.empty(order * chunk)
    design, products = np.random.default_rng(1).standard_normal((features + 1, rows)), np.empty((order, order))
    one, zero = ctypes.c_double(1), ctypes.c_double(0)

    def timed(call):
        def seconds():
            start = time.process_time()
            for _ in range(20):
                call()
            return (time.process_time() - start) / 20

        return seconds

    def draw():
        for start in range(0, rows, chunk):
            kernel(Counter(start, 0, 0, 0), 0, order * min(chunk, rows - start), values.ctypes.data)

    def multiply(block):
        def call():
            for start in range(0, rows, block):
                blas.cblas_dsyrk(
                    102, 121, 112, order, min(block, rows - start), one, ctypes.c_void_p(design.ctypes.data + 8 * start), rows, zero,
                    products.ctypes.data_as(ctypes.c_void_p), order)

        return call

    # Column-major, upper, transposed; the fastest of these blocks.
    products_alone = [timed(multiply(block)) for block in (1024, 2500, rows)]
    return timed(draw), lambda: min(seconds() for seconds in products_alone)


def tables(kind):
    """CPU seconds to read a million rows of 12 numbers: skewlab's whole process, with its best predictor, and pandas without its start; and our memory."""
    path, scenario = BUILD / f"{kind}.csv", BUILD / f"{kind}.yaml"
    pandas = [sys.executable, str(HERE / "pandas_table.py")]
    subprocess.run([*pandas, "write", str(path), kind], check=True)
    scenario.write_text(f"world: {{kind: table, path: {path.name}, target: x11}}\n")
    read = lambda: float(subprocess.run([*pandas, "read", str(path)], check=True, capture_output=True, text=True).stdout.split()[0])
    return (lambda: measure(SKEWLAB, "validate", str(scenario))[1], read), lambda: measure(SKEWLAB, "validate", str(scenario))[2]


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


class Report:
    def __init__(self, repeats):
        self.repeats = repeats
        self.rows = []

    def compare(self, case, unit, scale, ours, theirs, other="NumPy"):
        """Both sides in turn; the ratio is theirs / ours, above 1 where skewlab is the faster or smaller one."""
        pairs = [(scale * ours(), scale * theirs()) for _ in range(self.repeats)]
        ratios = [b / a for a, b in pairs]
        a, b = (statistics.median(column) for column in zip(*pairs))
        low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
        print(f"{case:<38} {a:9.3f} {unit:<3} {other + ':':<9} {b:9.3f} {unit:<3} ratio {middle:6.2f}  ({low:.2f} to {high:.2f})", flush=True)
        self.rows.append([case, unit, a, other, b, low, middle, high, self.repeats])

    def state(self, case, unit, values):
        """Numbers of one side only."""
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"{case:<38} {middle:9.3f} {unit:<3} ({low:.3f} to {high:.3f})", flush=True)
        self.rows.append([case, unit, middle, "", "", low, middle, high, len(values)])

    def markdown(self, machine):
        """The table of the README."""
        lines = [f"Medians of {self.repeats} pairs of runs in turn, smallest and largest in brackets; {machine}.", ""]
        lines += ["| | Skewlab | other | other / Skewlab |", "|---|---:|---:|---:|"]
        number = lambda value: f"{value:.3g}" if value < 100 else f"{value:.0f}"
        for case, unit, ours, other, theirs, low, middle, high, _ in self.rows:
            spread = f"({number(low)}–{number(high)})"
            compared = [f"{other} {number(theirs)} {unit}", f"**{middle:.2f}** ({low:.2f}–{high:.2f})"] if other else ["", ""]
            lines.append(f"| {case} | {number(ours)} {unit}{'' if other else ' ' + spread} | {' | '.join(compared)} |")
        return "\n".join(lines)

    def write(self, path):
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["case", "unit", "skewlab", "other", "other_value", "low", "median", "high", "repeats"])
            writer.writerows(self.rows)


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run.sh", description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="pairs of runs a case; at least 5 say something about the spread")
    parser.add_argument("--large", action="store_true", help="memory up to ten million rows a cycle")
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    report = Report(options.repeats)
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    versions = f"NumPy {np.__version__} with {blas['name']} {blas['version']}"
    print(f"{processor()}, {os.cpu_count()} cores; {versions}; medians of CPU time\n")

    # Long runs: what starting up takes more one time than another is then small beside the cycles.
    report.compare("(a) cycle, n = 10,000, d = 20", "ms", 1e3, *loop(10_000, 20, 400))
    for generator in (np.random.SFC64, np.random.PCG64):
        report.compare(f"(b) a normal, {generator.__name__}", "ns", 1e9, *normals(generator))
    small = [run(LOOP, "--cycles", "2", "--rows", "10000")[2] for _ in range(options.repeats)]
    report.state("(c) memory, 10,000 rows a cycle", "MB", small)
    for rows in [100_000, 1_000_000] + [10_000_000] * options.large:
        peak = [run(LOOP, "--cycles", "2", "--rows", str(rows))[2] for _ in range(3)]
        report.state(f"(c) growth to {rows:,} rows", "MB", [value - statistics.median(small) for value in peak])
    started = [measure(SKEWLAB, "--version") for _ in range(3 * options.repeats)]
    report.state("(d) --version, CPU", "ms", [1e3 * cpu for _, cpu, _ in started])
    report.state("(d) --version, memory", "MB", [peak for _, _, peak in started])
    jobs = lambda count: lambda: run(LOOP, "--replicates", "8", "--cycles", "400", "--jobs", count)[0]
    report.compare("(e) 8 runs of 400 cycles, two jobs against one, wall", "s", 1, jobs("2"), jobs("1"), other="one job")
    for features, cycles in [(5, 800), (50, 100), (200, 20)]:
        report.compare(f"(f) cycle, n = 10,000, d = {features}", "ms", 1e3, *loop(10_000, features, cycles))
    loop_alone, (random_alone, products_alone) = loop(10_000, 20, 400)[0], floor(10_000, 20)
    shares = [(1e3 * loop_alone(), 1e3 * random_alone(), 1e3 * products_alone()) for _ in range(options.repeats)]
    report.state("(g) random numbers of a cycle alone", "ms", [random for _, random, _ in shares])
    report.state("(g) dsyrk of a cycle alone", "ms", [products for _, _, products in shares])
    report.state("(g) cycle over the sum of both", "×", [cycle / (random + products) for cycle, random, products in shares])
    report.state("(h) Ames demo, wall", "s", [run("scenarios/house-prices.yaml")[0] for _ in range(options.repeats)])
    for kind, name in [("log", "short and long numbers"), ("digits", "17 digits each")]:
        pair, memory = tables(kind)
        report.compare(f"(i) CSV, 10⁶ × 12, {name}", "s", 1, *pair, other="pandas")
        report.state("(i) memory for it", "MB", [memory() for _ in range(3)])
    report.compare("(j) six steps, 10⁶ × 20", "ms", 1e3, *feature_handling(), other="scikit-learn")

    report.write(BUILD / "benchmarks.csv")
    if options.readme:
        machine = f"{processor()}, {os.cpu_count()} cores, {datetime.date.today()}, {versions}"
        readme = Path("README.md").read_text()
        before, _, rest = readme.partition(BEGIN)
        _, _, after = rest.partition(END)
        Path("README.md").write_text(f"{before}{BEGIN}\n{report.markdown(machine)}\n{END}{after}")
    shutil.rmtree(BUILD / "run", ignore_errors=True)
    print(f"\nwritten: {BUILD / 'benchmarks.csv'}")


main()
