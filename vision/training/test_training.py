"""Trains both networks for a few steps on simple samples and exports them.

Run with: /usr/bin/python3 -m unittest (in this folder)
"""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np
import torch

import data
import export
import fake_samples
import networks
import train
import train_detector
import train_reader

HERE = os.path.dirname(os.path.abspath(__file__))
FAKE = os.path.join(HERE, "fake_samples.py")


def plates(n):
    random = np.random.default_rng(7)
    return np.concatenate([fake_samples.plate(random) for _ in range(n)])


def scenes(n):
    random = np.random.default_rng(7)
    return np.concatenate([fake_samples.scene(random) for _ in range(n)])


class Trainings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = folder.name

    def command(self, script, *options):
        return [sys.executable, os.path.join(HERE, script), self.out, "--generator", FAKE,
                "--judge", "20", "--pool", "64", "--batch", "8", *options]

    def train(self, script, *options):
        subprocess.run(self.command(script, *options), check=True, stdout=subprocess.DEVNULL)

    def curve(self):
        with open(os.path.join(self.out, "curve.csv"), newline="") as file:
            return list(csv.DictReader(file))

    def check(self, script, *options):
        """Train three steps, go on for two, begin again with the weights, export."""
        self.train(script, "--steps", "3", *options)
        self.assertEqual([row["step"] for row in self.curve()], ["3"])
        self.train(script, "--steps", "5", "--resume")
        self.assertEqual([row["step"] for row in self.curve()], ["3", "5"])
        self.assertEqual(self.curve()[1]["samples"], "40")
        weights = os.path.join(self.out, "weights.pt")
        first = os.path.join(self.out, "first.pt")
        os.rename(weights, first)
        self.train(script, "--steps", "3", "--init", first)
        onnx = os.path.join(self.out, "network.onnx")
        export.export(weights, onnx)
        self.assertTrue(os.path.exists(onnx))

    def test_reader(self):
        self.check("train_reader.py", "--widths", "8,8,16,16,32", "--blocks", "1,1,1", "--max-pool")

    def test_detector(self):
        self.check("train_detector.py")

    def test_stopped_training_keeps_its_checkpoint(self):
        child = subprocess.Popen(self.command("train_reader.py"), stdout=subprocess.DEVNULL)
        self.addCleanup(child.kill)
        while not self.catches(child, signal.SIGTERM):
            self.assertIsNone(child.poll())
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(), 0)
        self.assertTrue(os.path.exists(os.path.join(self.out, "checkpoint.pt")))

    @staticmethod
    def catches(child, number):
        """Report whether a process has a handler for a signal."""
        with open(f"/proc/{child.pid}/status", encoding="ascii") as file:
            caught = next(line for line in file if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (number - 1) & 1)

    def test_generator_that_ends_is_told(self):
        done = subprocess.run(self.command("train_reader.py", "--generator", "/bin/true"), stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("generator of plates made less than 20 records", done.stderr)


class Reading(unittest.TestCase):
    def test_texts_drop_blanks_and_repeats(self):
        y = torch.zeros(1, 37, 1, 8)
        for step, c in enumerate([0, 11, 11, 0, 11, 1, 2, 0]):
            y[0, c, 0, step] = 5
        self.assertEqual(train_reader.texts(y), ["AA01"])

    def test_judge_folds_letters_that_look_like_digits(self):
        records = plates(2)
        records["length"] = 4
        records["text"][:, :4] = [list(b"0AB1"), list(b"OABI")]

        class Same(torch.nn.Module):
            normalise = staticmethod(networks.Reader.normalise)

            def forward(self, x):
                y = torch.zeros(len(x), 37, 1, 8)
                for step, c in enumerate("0AB1"):
                    y[:, 1 + networks.ALPHABET.index(c), 0, 2 * step] = 5
                y[:, 0, 0, 1::2] = 5
                return y

        self.assertEqual(train_reader.judge(Same(), records), {"exact": 0.5, "folded": 1.0})


class Finding(unittest.TestCase):
    def test_targets_say_where_the_plates_are(self):
        corners = np.zeros((1, 6, 4, 2), np.float32)
        corners[0, 0] = [[100, 40], [180, 44], [180, 64], [100, 60]]
        corners[0, 1] = [[-60, 100], [40, 100], [40, 120], [-60, 120]]  # centre outside
        corners[0, 2] = [[290, 100], [340, 100], [340, 120], [290, 120]]  # half outside
        scores, offsets, weights = train_detector.targets(corners, np.array([3]), 192, 320)
        self.assertEqual(np.argwhere(scores >= 0.999).tolist(), [[0, 52 // 8, 140 // 8]])
        row, column = 52 // 8, 140 // 8
        found = offsets[0, :, row, column].reshape(4, 2) * 48 + [8 * column + 3.5, 8 * row + 3.5]
        np.testing.assert_allclose(found, corners[0, 0], atol=1e-3)
        self.assertAlmostEqual(weights[0, row, column], 48 / 80)
        self.assertEqual(weights[0, 110 // 8, 315 // 8], 0)  # cut off: corners not asked for
        self.assertLess(scores[0, 110 // 8 - 1:110 // 8 + 2, 315 // 8 - 1:].max(), 0.901)

    def test_mirrored_pictures_keep_the_order_of_corners(self):
        records = scenes(40)
        pictures, corners = train_detector.augment(records, np.random.default_rng(1))
        mirrored = [not np.array_equal(a, b) for a, b in zip(pictures, records["picture"])]
        self.assertEqual(set(mirrored), {False, True})
        for i, record in enumerate(records):
            for k in range(record["count"]):
                left, top = corners[i, k].min(0)
                right, bottom = corners[i, k].max(0)
                np.testing.assert_array_equal(corners[i, k], [[left, top], [right, top], [right, bottom], [left, bottom]])
                self.assertGreater(pictures[i][int(top) + 1:int(bottom), int(left) + 2:int(right)].min(), 200)


class Averaging(unittest.TestCase):
    def test_average_follows_the_network(self):
        network = networks.Reader((4, 4, 4, 4, 4), (1, 1, 1))
        average = train.Average(network)
        with torch.no_grad():
            for value in network.state_dict().values():
                value.add_(1)
        first = average.network.state_dict()["layers.0.0.weight"].clone()
        average.add(network, 10)  # keeps 11 / 20
        state, new = average.network.state_dict(), network.state_dict()
        torch.testing.assert_close(state["layers.0.0.weight"], first + 9 / 20)
        torch.testing.assert_close(state["layers.0.1.running_mean"], torch.full((4,), 9 / 20))
        self.assertEqual(state["layers.0.1.num_batches_tracked"], new["layers.0.1.num_batches_tracked"])

    def test_learning_rate_rises_stays_and_falls(self):
        rates = [train.rate(1.0, step, part) for step, part in
                 [(0, 0.0), (149, 0.01), (5000, 0.2), (5000, 0.625), (5000, 1.0), (5000, 1.1)]]
        np.testing.assert_allclose(rates, [1 / 150, 1, 1, 0.505, 0.01, 0.01], atol=1e-6)


class Pooling(unittest.TestCase):
    def test_each_sample_is_used_once_while_the_generator_keeps_up(self):
        with data.Pool([FAKE], data.PLATES, 5, capacity=32) as pool:
            batches = np.concatenate([pool.batch(8) for _ in range(12)])
            reused = pool.reused
        self.assertEqual(len({record.tobytes() for record in batches}), len(batches) - reused)
        np.testing.assert_array_equal(batches[:8], data.take([FAKE], data.PLATES, 5, 8))


if __name__ == "__main__":
    unittest.main()
