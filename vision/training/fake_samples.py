#!/usr/bin/python3
"""A generator for the tests: the records of vision/training/samples with simple
pictures, of which a network can learn something in a few steps."""

import argparse
import sys

import numpy as np

import data


def plate(random):
    record = np.zeros(1, data.PLATES.fields)
    length = random.integers(4, 9)
    text = random.choice(list(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), length)
    picture = random.integers(120, 136, (48, 160)).astype("u1")
    for i, c in enumerate(text):
        # Each character is a bar code of its six bits.
        for bit in range(6):
            if c >> bit & 1:
                picture[6 * bit + 6:6 * bit + 12, 16 * i + 8:16 * i + 20] = 10
    record["picture"], record["length"] = picture, length
    record["text"][0, :length] = text
    return record


def scene(random):
    record = np.zeros(1, data.SCENES.fields)
    picture = random.integers(90, 110, (192, 320)).astype("u1")
    count = random.integers(0, 3)
    for i in range(count):
        width = random.integers(40, 100)
        height = width // 4
        x, y = random.integers(0, 320 - width), random.integers(0, 192 - height)
        picture[y:y + height, x:x + width] = 220
        record["corners"][0, i] = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    record["picture"], record["count"] = picture, count
    return record


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["plates", "scenes"])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--ramp", type=int)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    make = plate if options.mode == "plates" else scene
    while True:
        sys.stdout.buffer.write(make(random).tobytes())


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.stderr.close()
