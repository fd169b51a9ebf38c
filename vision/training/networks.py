"""The two networks: a reader of plates and a detector of plates.

Both use only what OpenCV 4.6 can run: convolutions, rectifiers, pooling,
additions and nearest enlargement. A file of weights carries the settings of its
network, so that it can be loaded without knowing them.
"""

import os

import torch
from torch import nn

# Class 0 of the reader is blank; class i is ALPHABET[i - 1].
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def conv(inputs, outputs, size, stride=1, padding=None):
    """A convolution that keeps the size, batch normalisation and a rectifier."""
    if padding is None:
        padding = size // 2 if isinstance(size, int) else tuple(n // 2 for n in size)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two 3x3 convolutions whose result is added to their input (He 2015)."""

    def __init__(self, channels):
        super().__init__()
        self.first = conv(channels, channels, 3)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(x + self.second(self.first(x)))


class Reader(nn.Module):
    """Reads the characters of a plate that fills the picture.

    Input N x 1 x 48 x 160, normalised; output N x 37 x 1 x 40: for each of 40
    steps from left to right a score (logit) of blank and of each character, to be
    read by connectionist temporal classification (Graves 2006).

    widths are the channels of the five stages, blocks the residual blocks of the
    second to fourth. pool halves the second stage with a maximum instead of a
    stride.
    """

    INPUT = (48, 160)

    def __init__(self, widths=(16, 32, 64, 128, 256), blocks=(1, 2, 1), pool=False):
        super().__init__()
        self.settings = {"kind": "reader", "widths": tuple(widths), "blocks": tuple(blocks), "pool": pool}
        a, b, c, d, e = widths
        layers = [conv(1, a, 3), conv(a, b, 3, 2)]  # 24 x 80
        layers += [Residual(b) for _ in range(blocks[0])]
        layers += [nn.MaxPool2d(2), conv(b, c, 3)] if pool else [conv(b, c, 3, 2)]  # 12 x 40
        layers += [Residual(c) for _ in range(blocks[1])]
        layers += [conv(c, d, 3, (2, 1))]  # 6 x 40
        layers += [Residual(d) for _ in range(blocks[2])]
        layers += [conv(d, e, (6, 1), 1, 0)]  # 1 x 40: each step sees its whole column
        layers += [nn.Dropout(0.1), conv(e, e, (1, 5)), conv(e, e, (1, 5))]
        layers += [nn.Conv2d(e, 1 + len(ALPHABET), 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)

    @staticmethod
    def normalise(pictures):
        """N x 48 x 160 grey bytes to the input: zero mean, about unit deviation."""
        x = pictures.float()
        mean = x.mean((1, 2), keepdim=True)
        deviation = x.std((1, 2), unbiased=False, keepdim=True)
        return ((x - mean) / (deviation + 4)).unsqueeze(1)


class Detector(nn.Module):
    """Finds plates and their corners.

    Input N x 1 x H x W, normalised; output N x 9 x H/8 x W/8: for each cell of 8 x 8
    pixels the score (logit) that a plate's centre lies in it, and the way from the
    cell's centre to the four corners in units of REACH pixels: x and y clockwise
    from the plate's top left. H and W are multiples of 32.
    """

    STRIDE = 8
    REACH = 48.0
    GREY, SPREAD = 110.0, 60.0

    def __init__(self, widths=(16, 32, 48, 80)):
        super().__init__()
        self.settings = {"kind": "detector", "widths": tuple(widths)}
        a, b, c, d = widths
        self.fine = nn.Sequential(conv(1, a, 3, 2), conv(a, b, 3, 2), conv(b, c, 3, 2), Residual(c))  # 1/8
        self.middle = nn.Sequential(conv(c, d, 3, 2), Residual(d))  # 1/16
        self.coarse = nn.Sequential(conv(d, d, 3, 2), Residual(d))  # 1/32: sees the car around the plate
        self.join_middle = conv(d, d, 3)
        self.narrow = conv(d, c, 1)
        self.join_fine = conv(c, c, 3)
        self.head = nn.Sequential(conv(c, 64, 3), nn.Conv2d(64, 9, 1))
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        self.head[1].bias.data[0] = -3.5  # plates are rare: begin with few

    def forward(self, x):
        fine = self.fine(x)
        middle = self.middle(fine)
        middle = self.join_middle(middle + self.enlarge(self.coarse(middle)))
        fine = self.join_fine(fine + self.enlarge(self.narrow(middle)))
        return self.head(fine)

    @classmethod
    def normalise(cls, pictures):
        """N x H x W grey bytes to the input."""
        return ((pictures.float() - cls.GREY) / cls.SPREAD).unsqueeze(1)


def build(settings):
    """Make the network that settings describe, with fresh weights."""
    settings = dict(settings)
    return {"reader": Reader, "detector": Detector}[settings.pop("kind")](**settings)


def save(content, path):
    """Write a file so that a power cut leaves the old one or the new one."""
    beside = f"{path}.new"
    with open(beside, "wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def save_weights(network, path):
    """Write a network's weights alone, the large ones in half precision."""
    weights = {
        name: (w.half() if w.dim() == 4 else w).contiguous()
        for name, w in network.state_dict().items()
    }
    save({"settings": network.settings, "weights": weights}, path)


def load_weights(path):
    """Return the network of a file that save_weights wrote."""
    content = torch.load(path, map_location="cpu", weights_only=True)
    network = build(content["settings"])
    network.load_state_dict(content["weights"])
    return network
