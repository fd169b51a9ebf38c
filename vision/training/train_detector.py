#!/usr/bin/python3
"""Trains the detector on streets that are made while it learns."""

import sys

import numpy as np
import torch
import torch.nn.functional as F

import data
import networks
import train

STRIDE, REACH = networks.Detector.STRIDE, networks.Detector.REACH

# A plate's hill on the map of scores, in parts of its size, and its least width in
# pixels.
HILL_X, HILL_Y, HILL_LEAST = 0.10, 0.12, 3.2
# Cells above this height learn the corners.
CORNERS_FROM = 0.35
# A plate with less than this part of its corners in the picture is cut off: its
# place is neither asked for nor held against the network.
VISIBLE = 0.7
CUT_OFF = 0.9
# Weight of the corners beside the scores.
CORNERS_WEIGHT = 2.0
# The network names a plate from this score.
NAMED = 0.3


def targets(corners, count, height, width):
    """What the network should say of pictures with these plates.

    corners is N x P x 4 x 2 in pixels, of which the first count[i] of picture i
    count. Returns the scores, 1 in a plate's central cell and falling around it
    (N x H x W), the corner offsets (N x 8 x H x W) and their weights (N x H x W), by
    which an error counts as a part of the plate's width. The method is that of
    CenterNet (Zhou 2019).
    """
    n, plates = corners.shape[:2]
    rows, columns = height // STRIDE, width // STRIDE
    x = np.arange(columns, dtype=np.float32) * STRIDE + (STRIDE - 1) / 2
    y = np.arange(rows, dtype=np.float32) * STRIDE + (STRIDE - 1) / 2
    centre = corners.mean(2)
    span = corners.max(2) - corners.min(2)
    # Cells are counted from the pixel's edge, their centres lie half a pixel less.
    inside = (centre >= 0).all(2) & (centre < [width, height]).all(2)
    inside &= np.arange(plates) < count[:, None]
    seen = ((corners >= 0) & (corners < [width, height])).all(3).mean(2) >= VISIBLE

    sigma = np.maximum(HILL_LEAST, span * [HILL_X, HILL_Y]).astype(np.float32)
    across = np.exp(-((x - centre[:, :, :1]) ** 2) / (2 * sigma[:, :, :1] ** 2))
    down = np.exp(-((y - centre[:, :, 1:]) ** 2) / (2 * sigma[:, :, 1:] ** 2))
    hill = (down[:, :, :, None] * across[:, :, None, :] * inside[:, :, None, None]).astype(np.float32)
    hill = np.where(seen[:, :, None, None], hill, np.minimum(hill, CUT_OFF))
    picture, which = np.nonzero(inside & seen)
    cell = (centre[picture, which] // STRIDE).astype(int)
    hill[picture, which, cell[:, 1], cell[:, 0]] = 1

    # A cell learns the corners of the plate whose hill is the highest there.
    nearest = (hill * seen[:, :, None, None]).argmax(1)
    chosen = corners[np.arange(n)[:, None, None], nearest]  # N x H x W x 4 x 2
    cells = np.stack(np.meshgrid(x, y), 2)[:, :, None]
    offsets = ((chosen - cells) / REACH).reshape(n, rows, columns, 8).transpose(0, 3, 1, 2)
    height_there = np.take_along_axis(hill, nearest[:, None], 1)[:, 0]
    index = np.arange(n)[:, None, None]
    learns = (height_there > CORNERS_FROM) & seen[index, nearest]
    weights = np.where(learns, REACH / np.maximum(12, span[index, nearest, 0]), 0)
    return hill.max(1), offsets.astype(np.float32), weights.astype(np.float32)


def errors(y, corners, count, height, width):
    """The errors of scores and corners of the network's output."""
    score, offsets, weights = (torch.from_numpy(t) for t in targets(corners, count, height, width))
    p = torch.sigmoid(y[:, 0]).clamp(1e-4, 1 - 1e-4)
    centre = (score >= 0.999).float()
    of_centres = centre * (1 - p) ** 2 * p.log()
    of_others = (1 - centre) * (1 - score) ** 4 * p ** 2 * (1 - p).log()
    scores = -(of_centres + of_others).sum() / centre.sum().clamp(min=1)
    cells = (weights > 0).sum().clamp(min=1)
    distance = ((y[:, 1:] - offsets).abs() * weights[:, None]).sum() / (8 * cells)
    return scores, distance


def augment(records, random):
    """Mirror half of the pictures. Returns pictures and corners, both copies."""
    pictures, corners = records["picture"].copy(), records["corners"].copy()
    mirrored = random.random(len(records)) < 0.5
    pictures[mirrored] = pictures[mirrored][:, :, ::-1]
    # The corner that was top left is then top right.
    turned = corners[mirrored][:, :, [1, 0, 3, 2]]
    turned[..., 0] = pictures.shape[2] - 1 - turned[..., 0]
    corners[mirrored] = turned
    return pictures, corners


class Loss:
    """The loss over a batch of streets, mirrored and of other light at random."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def __call__(self, network, records):
        pictures, corners = augment(records, self.random)
        x = network.normalise(torch.from_numpy(pictures))
        gain, offset = torch.rand(len(x), 1, 1, 1) * 0.8 + 0.6, torch.randn(len(x), 1, 1, 1) * 0.3
        x = (x * gain + offset).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = network(x)
        scores, distance = errors(y.float(), corners, records["count"], *pictures.shape[1:])
        return {"loss": scores + CORNERS_WEIGHT * distance, "scores": scores, "corners": distance}


def judge(network, records):
    """The errors, the part of the plates that are found, the false ones a picture
    and the mean error of the corners of those found in parts of their width."""
    scores = distance = parts = 0.0
    plates = found = false = 0
    miss = []
    height, width = records["picture"].shape[1:]
    for i in range(0, len(records), 50):
        some = records[i:i + 50]
        y = network(network.normalise(torch.from_numpy(some["picture"].copy())))
        s, d = errors(y, some["corners"], some["count"], height, width)
        scores, distance, parts = scores + s.item(), distance + d.item(), parts + 1
        p = torch.sigmoid(y[:, 0])
        peaks = (p >= NAMED) & (p == F.max_pool2d(p[:, None], 3, 1, 1)[:, 0])
        for record, named, offsets in zip(some, peaks.numpy(), y[:, 1:].numpy()):
            truths = record["corners"][:record["count"]]
            hit = set()
            for row, column in zip(*np.nonzero(named)):
                centre = np.array([column, row]) * STRIDE + (STRIDE - 1) / 2
                corners = centre + REACH * offsets[:, row, column].reshape(4, 2)
                t = matching(centre, truths)
                if t is None:
                    false += 1
                elif t not in hit:
                    hit.add(t)
                    miss.append(np.abs(corners - truths[t]).mean() / max(12, np.ptp(truths[t][:, 0])))
            plates, found = plates + len(truths), found + len(hit)
    return {"scores_seen": scores / parts, "corners_seen": distance / parts, "found": found / max(1, plates),
            "false": false / len(records), "corner_error": float(np.mean(miss)) if miss else 0.0}


def matching(centre, truths):
    """The plate in whose bounds, a cell larger, the centre lies, or None."""
    for i, corners in enumerate(truths):
        if (centre >= corners.min(0) - STRIDE).all() and (centre <= corners.max(0) + STRIDE).all():
            return i
    return None


def training():
    parser = train.options(__doc__, batch=16, peak=2e-3, pool=4096)
    parser.add_argument("--widths", type=train.numbers, default=(16, 32, 48, 80))
    parser.set_defaults(decay=1e-3)
    chosen = parser.parse_args()
    network = train.begin(chosen, networks.Detector(chosen.widths))
    return train.Training(chosen, network, data.SCENES, Loss(chosen.seed), judge)


if __name__ == "__main__":
    sys.exit(train.main(training))
