#!/usr/bin/env python3
"""PyTorch's side of `Scripts/bench recurrent`: a child process that is told what to time.

Reads one JSON object a line on standard input, answers with one a line on standard output:

    {"prepare": CASE, "threads": N}      builds the network and its data   -> {"best": "the fastest settings"}
    {"run": COUNT, "settings": "plain"}  COUNT training steps, or COUNT    -> {"seconds": s, "cpu": c, "loss": l}
    {"run": COUNT, "settings": "best"}   inferences, of the last case

A training step is forward, mean squared error, backward, clip by norm 1.0 and Adam. Its batch is ready made, and in
time-major order, which torch.nn.LSTM and GRU like best.

Two sets of settings are timed. "plain" is what a careful user writes: N threads, Adam foreach, all else as PyTorch
comes. "best" is the fastest of all combinations of oneDNN on or off, Adam foreach or fused, N threads or one, found
anew for each case when it is prepared. "seconds" is the clock's time, "cpu" what the process's threads used together.
"""

import itertools
import json
import sys
import time
import warnings
from typing import NamedTuple

import torch
from torch import nn

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Settings(NamedTuple):
    onednn: bool = True
    threads: int = 2
    adam: str = "foreach"


class Stacked(nn.Module):
    """A recurrent stack and a direct head on its last state: [T, B, I] -> [B, K]."""

    def __init__(self, case):
        super().__init__()
        self.recurrent = CELLS[case["cell"]](case["inputs"], case["hidden"], num_layers=case["layers"])
        self.head = nn.Linear(case["hidden"], case["horizon"])

    def forward(self, x):
        output, _ = self.recurrent(x)
        return self.head(output[-1])


class Segment(nn.Module):
    """SegRNN (Lin et al. 2023) for one channel: patches in, position and series embeddings out. [B, T] -> [B, K]."""

    def __init__(self, case):
        super().__init__()
        self.segment, hidden = case["segment"], case["hidden"]
        self.patches_out = case["horizon"] // self.segment
        self.into = nn.Sequential(nn.Linear(self.segment, hidden), nn.ReLU())
        self.recurrent = CELLS[case["cell"]](hidden, hidden)
        self.position = nn.Parameter(torch.randn(self.patches_out, hidden // 2))
        self.series = nn.Parameter(torch.randn(1, hidden // 2))
        self.head = nn.Linear(hidden, self.segment)

    def forward(self, x):
        batch = x.shape[0]
        last = x[:, -1:]
        patches = (x - last).reshape(batch, -1, self.segment).transpose(0, 1)
        _, state = self.recurrent(self.into(patches))
        queries = torch.cat([self.position, self.series.expand(self.patches_out, -1)], dim=-1)
        queries = queries.repeat(batch, 1).unsqueeze(0)
        state = state.repeat_interleave(self.patches_out, dim=1)
        _, decoded = self.recurrent(queries, state)
        return self.head(decoded).reshape(batch, -1) + last


class Runner:
    def __init__(self, case, threads):
        torch.manual_seed(7)
        self.training = case["mode"] == "train"
        if case["network"] == "segment":
            self.model = Segment(case)
            self.x = torch.randn(case["batch"], case["steps"])
        else:
            self.model = Stacked(case)
            self.x = torch.randn(case["steps"], case["batch"], case["inputs"])
        self.y = torch.randn(case["batch"], case["horizon"])
        self.parameters = list(self.model.parameters())
        self.model.train(self.training)
        self.threads = threads
        self.settings = {"plain": Settings(threads=threads), "best": Settings(threads=threads)}
        self.optimizers = {
            "foreach": torch.optim.Adam(self.parameters, lr=1e-3, foreach=True),
            "fused": torch.optim.Adam(self.parameters, lr=1e-3, fused=True),
        }

    def run(self, count, settings):
        torch.set_num_threads(settings.threads)
        with torch.backends.mkldnn.flags(enabled=settings.onednn):
            start, start_cpu = time.perf_counter(), time.process_time()
            loss = self.train(count, self.optimizers[settings.adam]) if self.training else self.infer(count)
            return time.perf_counter() - start, time.process_time() - start_cpu, float(loss)

    def train(self, count, optimizer):
        for _ in range(count):
            optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.mse_loss(self.model(self.x), self.y)
            loss.backward()
            nn.utils.clip_grad_norm_(self.parameters, 1.0, foreach=True)
            optimizer.step()
        return loss.detach()

    def infer(self, count):
        with torch.inference_mode():
            for _ in range(count):
                output = self.model(self.x)
        return output.sum()

    def tune(self):
        """Tries every combination for a moment, three times over, and keeps the fastest."""
        adams = ("foreach", "fused") if self.training else ("foreach",)
        tried = {}
        for settings in map(Settings._make, itertools.product((True, False), sorted({1, self.threads}), adams)):
            self.run(2, settings)
            once = self.run(1, settings)[0]
            count = max(1, min(200, int(0.1 / once)))
            tried[settings] = min(self.run(count, settings)[0] for _ in range(3)) / count
            print(f"{tried[settings] * 1e3:9.3f} ms  {self.describe(settings)}", file=sys.stderr)
        self.settings["best"] = min(tried, key=tried.get)
        return self.describe(self.settings["best"])

    def describe(self, settings):
        words = ["oneDNN" if settings.onednn else "no oneDNN", f"{settings.threads} thread{'s'[:settings.threads - 1]}"]
        return ", ".join(words + ([f"{settings.adam} Adam"] if self.training else []))


def main():
    warnings.filterwarnings("ignore", message="TF32 acceleration")  # said whenever oneDNN is switched
    torch.set_num_interop_threads(1)
    runner = None
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            runner = Runner(request["prepare"], request["threads"])
            answer = {"best": runner.tune()}
        else:
            seconds, cpu, loss = runner.run(request["run"], runner.settings[request["settings"]])
            answer = {"seconds": seconds, "cpu": cpu, "loss": loss}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
