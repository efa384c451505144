#!/usr/bin/env python3
"""Writes the reference numbers that the tests of `Recurrent` are held against.

    python make_recurrent_fixtures.py FOLDER        (needs: pip install torch numpy)

Two kinds of file, both JSON:

layer-CELL-LAYERS-DIRECTION.json
    One pass forward and one backward through torch.nn.RNN (tanh), LSTM or GRU.
    "input", "coefficients", "output" are time-major: [steps][batch][...].
    loss = sum(coefficients * output). "gradients" holds d loss / d parameter
    under the parameter's own name, and d loss / d input under "input".

training-NAME.json
    Ten steps of Adam on one fixed batch: recurrent layer, linear head on the last
    state, mean squared error. "losses" are taken before each update,
    "gradient_norms" likewise and before clipping (the factor is clip / (norm + 1e-6)).
    RNN and LSTM have one bias here: bias_hh is zero and "frozen", for two biases
    that are only ever added would move twice as far under Adam. GRU's second bias
    stands inside the reset product and is trained.

Everything is computed in double precision from weights and inputs that are short
decimals, so one file serves tests in Float (to about 1e-5) and in Double (to about
1e-10). Weights carry PyTorch's names: weight_ih_l0, weight_hh_l0, bias_ih_l0,
bias_hh_l0, ..._reverse. Gate order is PyTorch's: i f g o and r z n.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

CELLS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def short_decimals(generator, shape, bound):
    """Uniform numbers with four decimals, which print short and parse to the same value anywhere."""
    return torch.from_numpy(np.round(generator.uniform(-bound, bound, size=shape), 4))


def fill(module, generator, bound):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(short_decimals(generator, tuple(parameter.shape), bound))


def tensor(value):
    array = value.detach().numpy()
    return {"shape": list(array.shape), "values": [number(v) for v in array.reshape(-1)]}


def number(value):
    """Twelve significant digits: two more than any test asks for."""
    return float(f"{float(value):.12g}")


def named(pairs):
    return {name: tensor(value) for name, value in pairs}


def write(path, content):
    """One tensor a line, so that a changed number is a changed line."""

    def lines(value, indent):
        if isinstance(value, dict) and "values" not in value:
            inside = ",\n".join(
                f"{indent}  {json.dumps(key)}: {lines(item, indent + '  ')}" for key, item in value.items()
            )
            return "{\n" + inside + "\n" + indent + "}"
        return json.dumps(value, separators=(",", ":"))

    text = lines(content, "") + "\n"
    if len(text) > 60_000:
        sys.exit(f"{path}: {len(text)} bytes; a fixture stays below 60,000")
    path.write_text(text)
    print(f"{path.name}: {len(text)} bytes")


def layer_fixture(cell, layers, bidirectional, steps=5, batch=3, inputs=3, hidden=5):
    seed = 1997 + 10 * layers + int(bidirectional) + 100 * list(CELLS).index(cell)
    generator = np.random.default_rng(seed)
    module = CELLS[cell](inputs, hidden, num_layers=layers, bidirectional=bidirectional).double()
    # Wide enough that gates leave their linear range, so that a wrong derivative shows.
    fill(module, generator, 1.0)
    x = short_decimals(generator, (steps, batch, inputs), 1.5).requires_grad_(True)
    output, state = module(x)
    coefficients = short_decimals(generator, tuple(output.shape), 1.0)
    loss = (coefficients * output).sum()
    loss.backward()
    final = dict(zip(("hidden", "cell"), state)) if cell == "lstm" else {"hidden": state}
    return {
        "cell": cell,
        "layers": layers,
        "bidirectional": bidirectional,
        "steps": steps,
        "batch": batch,
        "inputs": inputs,
        "hidden": hidden,
        "input": tensor(x),
        "weights": named(module.named_parameters()),
        "output": tensor(output),
        # [layers * directions][batch][hidden], a layer's forward direction before its reverse one.
        "final": named(final.items()),
        "coefficients": tensor(coefficients),
        "loss": number(loss.detach()),
        "gradients": named(
            [(name, parameter.grad) for name, parameter in module.named_parameters()] + [("input", x.grad)]
        ),
    }


def training_fixture(cell, layers=1, clip=None, steps=6, batch=5, inputs=2, hidden=4, horizon=3, updates=10):
    generator = np.random.default_rng(2014 + list(CELLS).index(cell))
    recurrent = CELLS[cell](inputs, hidden, num_layers=layers).double()
    head = torch.nn.Linear(hidden, horizon).double()
    fill(recurrent, generator, 0.5)
    fill(head, generator, 0.5)
    frozen = []
    if cell != "gru":
        for name, parameter in recurrent.named_parameters():
            if name.startswith("bias_hh"):
                parameter.requires_grad_(False).zero_()
                frozen.append(f"recurrent.{name}")
    x = short_decimals(generator, (steps, batch, inputs), 1.5)
    y = short_decimals(generator, (batch, horizon), 1.5)

    parameters = [(f"recurrent.{name}", p) for name, p in recurrent.named_parameters()]
    parameters += [(f"head.{name}", p) for name, p in head.named_parameters()]
    before = named(parameters)
    trained = [p for _, p in parameters if p.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=1e-2)
    losses, norms = [], []
    for _ in range(updates):
        optimizer.zero_grad()
        output, _ = recurrent(x)
        loss = torch.nn.functional.mse_loss(head(output[-1]), y)
        loss.backward()
        limit = float("inf") if clip is None else clip
        norms.append(number(torch.nn.utils.clip_grad_norm_(trained, limit)))
        losses.append(number(loss.detach()))
        optimizer.step()
    return {
        "cell": cell,
        "layers": layers,
        "steps": steps,
        "batch": batch,
        "inputs": inputs,
        "hidden": hidden,
        "horizon": horizon,
        "updates": updates,
        "optimizer": "Adam, betas 0.9 0.999, epsilon 1e-8",
        "learning_rate": 1e-2,
        "clip_norm": clip,
        "frozen": frozen,
        "input": tensor(x),
        "target": tensor(y),
        "weights_before": before,
        "losses": losses,
        "gradient_norms": norms,
        "weights_after": named(parameters),
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for cell in CELLS:
        for layers in (1, 2):
            for bidirectional in (False, True):
                direction = "both" if bidirectional else "forward"
                write(folder / f"layer-{cell}-{layers}-{direction}.json", layer_fixture(cell, layers, bidirectional))
        write(folder / f"training-{cell}.json", training_fixture(cell))
    # The gradient's norm falls past the clip after a few steps, so both branches are walked.
    write(folder / "training-lstm-2-clipped.json", training_fixture("lstm", layers=2, clip=0.1))


if __name__ == "__main__":
    main()
