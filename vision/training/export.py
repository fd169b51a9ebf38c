#!/usr/bin/python3
"""Turns a file of weights into the ONNX file that the program loads.

Batch normalisation is folded into the convolutions, the size of the input is
fixed, and the result is run by OpenCV and compared with PyTorch.
"""

import argparse
import os
import sys

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import networks

# Height and width of the pictures that the program gives to each network.
SIZES = {"reader": networks.Reader.INPUT, "detector": (384, 640)}

# ALLOWED is the largest difference between OpenCV and PyTorch, as a part of the
# largest output.
ALLOWED = 1e-3


def fold(module):
    """Fold every batch normalisation into the convolution before it."""
    for child in module.children():
        fold(child)
    if not isinstance(module, nn.Sequential):
        return
    for i in range(len(module) - 1):
        if isinstance(module[i], nn.Conv2d) and isinstance(module[i + 1], nn.BatchNorm2d):
            module[i] = fuse_conv_bn_eval(module[i], module[i + 1])
            module[i + 1] = nn.Identity()


def difference(network, path, size, inputs=5):
    """Run the ONNX file in OpenCV on random inputs; return the largest difference
    from the network and the largest output."""
    other = cv2.dnn.readNetFromONNX(path)
    generator = torch.Generator().manual_seed(1)
    largest = scale = 0.0
    for _ in range(inputs):
        x = torch.randn(1, 1, *size, generator=generator)
        with torch.no_grad():
            expected = network(x).numpy()
        other.setInput(x.numpy())
        found = other.forward()
        if found.shape != expected.shape:
            raise ValueError(f"OpenCV's output is {found.shape}, not {expected.shape}")
        largest = max(largest, float(np.abs(found - expected).max()))
        scale = max(scale, float(np.abs(expected).max()))
    return largest, scale


def export(weights, path):
    """Write the ONNX file of a file of weights and check it. The file appears
    only if the check passes."""
    network = networks.load_weights(weights).eval()
    folded = networks.load_weights(weights).eval()
    fold(folded)
    size = SIZES[network.settings["kind"]]
    beside = path + ".new"
    with torch.no_grad():
        torch.onnx.export(folded, torch.zeros(1, 1, *size), beside, opset_version=11,
                          input_names=["x"], output_names=["y"])
    largest, scale = difference(network, beside, size)
    print(f"{path}: OpenCV {cv2.__version__} differs by {largest:.2g} of {scale:.3g}")
    if not largest <= ALLOWED * scale:
        os.remove(beside)
        raise ValueError("OpenCV does not compute what PyTorch does")
    os.replace(beside, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", help="file that a training wrote")
    parser.add_argument("onnx", help="file to write")
    options = parser.parse_args()
    try:
        export(options.weights, options.onnx)
    except ValueError as error:
        sys.exit(f"export.py: {error}")


if __name__ == "__main__":
    main()
