"""Endless samples for training, made by a child process while they are used.

The generator (vision/training/samples) writes records of one size to its standard
output. A thread keeps them in a pool in memory. Batches take samples that were not
used before; if the generator is slower than the training, the rest of the batch
is drawn from the samples in the pool that were.
"""

import subprocess
import threading
from collections import namedtuple

import numpy as np

# A Kind describes the records of one mode of the generator.
Kind = namedtuple("Kind", "mode fields")

# A plate that fills a grey picture, and its text padded with zeros.
PLATES = Kind("plates", np.dtype([
    ("picture", "u1", (48, 160)),
    ("length", "u1"),
    ("text", "u1", 11),
]))

# A street in grey, how many plates are in it and their corners: x and y in pixels,
# clockwise from the plate's top left.
SCENES = Kind("scenes", np.dtype([
    ("picture", "u1", (192, 320)),
    ("count", "u1"),
    ("unused", "u1", 3),
    ("corners", "<f4", (6, 4, 2)),
]))


class Ended(Exception):
    """The generator ended, which it should not."""


def start(generator, kind, seed, ramp):
    """Start the generator. It raises the strength of the camera's effects to the
    full over the first ramp samples, if it makes plates. generator is the program
    and any options of its own."""
    program, *own = generator
    command = [program, kind.mode, *own, "--seed", str(seed)]
    if kind is PLATES:
        command += ["--ramp", str(max(1, ramp))]
    # A group of its own: Ctrl-C is for the training, which ends the generator
    # after its checkpoint.
    return subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0)


def take(generator, kind, seed, n):
    """Return the first n records of a seed at full strength, for validation."""
    with start(generator, kind, seed, 1) as child:
        raw = child.stdout.read(n * kind.fields.itemsize)
        child.kill()
    if len(raw) != n * kind.fields.itemsize:
        raise Ended(f"the generator of {kind.mode} made less than {n} records")
    return np.frombuffer(raw, kind.fields)


class Pool:
    """Samples from a running generator. close must be called.

    made and reused count the samples that came from the generator and those that
    were used again.
    """

    def __init__(self, generator, kind, seed, ramp=1, capacity=16384, draw=1):
        self.made = 0
        self.reused = 0
        self._used = 0  # samples used at least once; they are used in order
        self._records = np.empty(capacity, kind.fields)
        self._random = np.random.default_rng(draw)
        self._changed = threading.Condition()
        self._closed = False
        self._child = start(generator, kind, seed, ramp)
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()

    def _fill(self):
        """Read records until the generator ends. When everything in the pool is
        unused it waits, and the generator with it."""
        capacity = len(self._records)
        record = np.empty(1, self._records.dtype)
        view = memoryview(record.view("u1"))
        while self._read(view):
            with self._changed:
                while self.made - self._used >= capacity and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                self._records[self.made % capacity] = record[0]
                self.made += 1
                self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _read(self, view):
        """Fill view from the generator; report whether there was enough."""
        at = 0
        while at < len(view):
            n = self._child.stdout.readinto(view[at:])
            if not n:
                return False
            at += n
        return True

    def batch(self, n):
        """Return n records. The first call waits until there is something to mix.
        It raises Ended if the generator ended."""
        capacity = len(self._records)
        enough = max(n, capacity // 8) if self._used == 0 else 1
        with self._changed:
            while self.made < enough and not self._closed:
                self._changed.wait()
            if self._closed:
                raise Ended(f"the generator ended with status {self._child.poll()}")
            fresh = min(n, self.made - self._used)
            chosen = np.arange(self._used, self._used + fresh)
            self._used += fresh
            if fresh < n:
                oldest = max(0, self.made - capacity)
                again = self._random.integers(oldest, self._used, n - fresh)
                chosen = np.concatenate([chosen, again])
                self.reused += n - fresh
            records = self._records[chosen % capacity]
            self._changed.notify_all()
        return records

    def close(self):
        """End the generator and the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._child.kill()
        self._child.wait()
        self._thread.join()
        self._child.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
