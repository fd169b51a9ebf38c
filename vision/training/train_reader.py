#!/usr/bin/python3
"""Trains the reader on plates that are made while it learns."""

import sys

import numpy as np
import torch
import torch.nn.functional as F

import data
import networks
import train

# Characters that some plates do not tell apart.
FOLD = str.maketrans("OI", "01")

# CLASSES[c] is the class of the ASCII character c.
CLASSES = np.zeros(128, np.int64)
CLASSES[[ord(c) for c in networks.ALPHABET]] = range(1, 1 + len(networks.ALPHABET))


def loss(network, records):
    """The loss of connectionist temporal classification over a batch."""
    pictures = torch.from_numpy(records["picture"])
    x = network.normalise(pictures).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = network(x)
    steps = F.log_softmax(y.float()[:, :, 0], 1).permute(2, 0, 1)
    lengths = records["length"].astype(np.int64)
    # The texts one after the other, without their padding.
    inside = np.arange(records["text"].shape[1]) < lengths[:, None]
    targets = CLASSES[records["text"][inside]]
    widths = torch.full((len(records),), steps.shape[0], dtype=torch.long)
    value = F.ctc_loss(steps, torch.from_numpy(targets), widths, torch.from_numpy(lengths), zero_infinity=True)
    return {"loss": value}


def texts(y):
    """The texts of N x 37 x 1 x T scores, by the best class of each step."""
    read = []
    for best in y[:, :, 0].argmax(1).tolist():
        text, last = "", 0
        for c in best:
            if c and c != last:
                text += networks.ALPHABET[c - 1]
            last = c
        read.append(text)
    return read


def judge(network, records):
    """The parts of records that are read exactly, and exactly but for O and I."""
    exact = folded = 0
    for i in range(0, len(records), 100):
        some = records[i:i + 100]
        read = texts(network(network.normalise(torch.from_numpy(some["picture"].copy()))))
        for record, text in zip(some, read):
            truth = record["text"][:record["length"]].tobytes().decode("ascii")
            exact += text == truth
            folded += text.translate(FOLD) == truth.translate(FOLD)
    return {"exact": exact / len(records), "folded": folded / len(records)}


def training():
    parser = train.options(__doc__, batch=32, peak=1.6e-3, pool=16384)
    parser.add_argument("--widths", type=train.numbers, default=(16, 32, 64, 128, 256))
    parser.add_argument("--blocks", type=train.numbers, default=(1, 2, 1))
    parser.add_argument("--max-pool", action="store_true", help="halve the second stage with a maximum")
    chosen = parser.parse_args()
    network = train.begin(chosen, networks.Reader(chosen.widths, chosen.blocks, chosen.max_pool))
    return train.Training(chosen, network, data.PLATES, loss, judge)


if __name__ == "__main__":
    sys.exit(train.main(training))
