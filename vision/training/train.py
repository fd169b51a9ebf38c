"""What both trainings share: the schedule, the average of the weights, checkpoints
and the loop around the steps."""

import argparse
import copy
import csv
import math
import os
import shlex
import signal
import sys
import time

import torch
from torch import nn

import data
import networks

# Parts of the budget: the learning rate stays at its peak, then falls along a
# cosine to LOWEST of it.
PLATEAU = 0.25
LOWEST = 0.01
WARM_UP = 150  # steps

CHECKPOINT_EVERY = 5.0  # minutes
JUDGE_FIRST, JUDGE_EVERY = 1.0, 2.5  # minutes


def options(description, batch, peak, pool):
    """Read the options that both trainings understand."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("out", help="folder for the weights, the checkpoint and the curve")
    parser.add_argument("--generator", required=True, help="program that makes samples, with any options of its own")
    parser.add_argument("--minutes", type=float, default=120, help="budget, with all resumed parts")
    parser.add_argument("--steps", type=int, default=0, help="end after so many steps")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the folder")
    parser.add_argument("--init", help="begin with the weights in this file")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--peak-lr", type=float, default=peak)
    parser.add_argument("--decay", type=float, default=1e-2, help="weight decay")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ramp", type=int, default=200_000, help="samples until the camera's effects are at full strength")
    parser.add_argument("--pool", type=int, default=pool, help="samples in memory")
    parser.add_argument("--log", help="CSV file for the curve (default: curve.csv in the folder)")
    parser.add_argument("--judge", type=int, default=600, help="samples of the validation")
    return parser


def numbers(text):
    """Numbers in an option, with commas between them."""
    return tuple(int(n) for n in text.split(","))


def rate(peak, step, part):
    """The learning rate at a step, when part of the budget is gone."""
    warm = min(1.0, (step + 1) / WARM_UP)
    if part < PLATEAU:
        return peak * warm
    fall = min(1.0, (part - PLATEAU) / (1 - PLATEAU))
    return peak * warm * (LOWEST + (1 - LOWEST) * 0.5 * (1 + math.cos(math.pi * fall)))


class Average:
    """The moving average of a network's weights, which reads better than the
    weights of any one step."""

    LONGEST = 0.998

    def __init__(self, network):
        self.network = copy.deepcopy(network).eval()

    @torch.no_grad()
    def add(self, network, step):
        keep = min(self.LONGEST, (1 + step) / (10 + step))
        for mine, new in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.is_floating_point():
                mine.mul_(keep).add_(new, alpha=1 - keep)
            else:
                mine.copy_(new)


class Training:
    """One training of a network.

    network   the network to train
    kind      the data.Kind of its samples
    loss      function(network, records) that returns a dictionary of losses; the
              one called "loss" is made smaller
    judge     function(network, records) that returns a dictionary of figures
    """

    def __init__(self, chosen, network, kind, loss, judge):
        self.chosen, self.kind, self.loss, self.judge = chosen, kind, loss, judge
        torch.set_num_threads(chosen.threads)
        torch.manual_seed(chosen.seed)
        os.makedirs(chosen.out, exist_ok=True)
        self.network = network.to(memory_format=torch.channels_last)
        self.average = Average(self.network)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), chosen.peak_lr, weight_decay=chosen.decay)
        # All but the first two count what happened before this part.
        self.step = self.samples = self.made = self.reused = self.parts = 0
        self.minutes = 0.0
        self.curve = chosen.log or self.path("curve.csv")
        if chosen.resume:
            self._resume()
        elif os.path.exists(self.curve):
            os.remove(self.curve)
        self.stopping = False
        self._sums, self._summed = {}, 0

    def path(self, name):
        return os.path.join(self.chosen.out, name)

    def _resume(self):
        kept = torch.load(self.path("checkpoint.pt"), map_location="cpu")
        self.network.load_state_dict(kept["network"])
        self.average.network.load_state_dict(kept["average"])
        self.optimiser.load_state_dict(kept["optimiser"])
        for name in ("step", "samples", "made", "reused", "minutes"):
            setattr(self, name, kept[name])
        self.parts = kept["parts"] + 1

    def _save(self, minutes, made, reused):
        networks.save({
            "settings": self.network.settings,
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step, "samples": self.samples, "made": made, "reused": reused,
            "minutes": minutes, "parts": self.parts, "seed": self.chosen.seed,
        }, self.path("checkpoint.pt"))
        networks.save_weights(self.average.network, self.path("weights.pt"))

    def _train(self, records, part):
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.chosen.peak_lr, self.step, part)
        self.network.train()
        losses = self.loss(self.network, records)
        self.optimiser.zero_grad(set_to_none=True)
        losses["loss"].backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self.samples += len(records)
        self.average.add(self.network, self.step)
        for name, value in losses.items():
            self._sums[name] = self._sums.get(name, 0.0) + value.item()
        self._summed += 1

    def _report(self, minutes, made, reused, held_back):
        """Judge the average on samples it never saw; print and keep the figures."""
        row = {"minutes": round(minutes, 2), "step": self.step, "samples": self.samples,
               "generated": made, "reused": reused}
        row.update({name: round(total / max(1, self._summed), 4) for name, total in self._sums.items()})
        row["lr"] = round(self.optimiser.param_groups[0]["lr"], 6)
        with torch.no_grad():
            row.update({name: round(value, 4) for name, value in self.judge(self.average.network, held_back).items()})
        self._sums, self._summed = {}, 0
        print(" ".join(f"{name} {value}" for name, value in row.items()), flush=True)
        new = not os.path.exists(self.curve)
        with open(self.curve, "a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)

    def run(self):
        """Train until the budget is spent, or until SIGTERM or SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        chosen = self.chosen
        generator = shlex.split(chosen.generator)
        held_back = data.take(generator, self.kind, chosen.seed + 1_000_000_007, chosen.judge)
        # A resumed part has samples of its own.
        seed = chosen.seed + 1_000_003 * self.parts
        with data.Pool(generator, self.kind, seed, chosen.ramp - self.made, chosen.pool) as pool:
            batch = pool.batch(chosen.batch)  # waits until the generator is well under way
            began = time.monotonic()
            judge_at, save_at = JUDGE_FIRST, CHECKPOINT_EVERY
            while True:
                here = (time.monotonic() - began) / 60
                minutes, made, reused = self.minutes + here, self.made + pool.made, self.reused + pool.reused
                ended = self.stopping or minutes >= chosen.minutes or chosen.steps and self.step >= chosen.steps
                if ended or here >= save_at:
                    self._save(minutes, made, reused)
                    save_at = here + CHECKPOINT_EVERY
                if ended or here >= judge_at:
                    self._report(minutes, made, reused, held_back)
                    judge_at = here + JUDGE_EVERY
                if ended:
                    return
                self._train(batch, minutes / chosen.minutes)
                try:
                    batch = pool.batch(chosen.batch)
                except data.Ended:
                    self._save(minutes, made, reused)
                    raise

    def _stop(self, *_):
        self.stopping = True


def begin(chosen, fresh):
    """The network to train: that of the checkpoint or the file of weights, if the
    options name one, else the fresh one."""
    if chosen.resume:
        settings = torch.load(os.path.join(chosen.out, "checkpoint.pt"), map_location="cpu")["settings"]
        return networks.build(settings)
    if chosen.init:
        return networks.load_weights(chosen.init)
    return fresh


def main(training):
    """Run a training; a generator that fails is told in one line."""
    try:
        training().run()
    except (data.Ended, FileNotFoundError) as error:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")
