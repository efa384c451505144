#!/usr/bin/env python3
"""Carries weights between PyTorch and Almanac, both ways.

    python safetensors_roundtrip.py write FOLDER
        For rnn, lstm and gru (two layers, with a linear head on the last state): FOLDER/CELL.safetensors and
        FOLDER/CELL.json with an input, the output at every step and the head's answer.

    python safetensors_roundtrip.py check WEIGHTS.safetensors NUMBERS.json
        Loads a file that Almanac wrote into the torch module that its shapes call for, runs it on the "input" of
        the JSON file and compares with "output" (every step) and "answer" (the linear layer "head" or "output" on the last
        state), whichever are there. Exits 1 above 1e-5.

The JSON form is that of make_recurrent_fixtures.py: {"shape": [...], "values": [...]}, time-major [steps][batch][...].
"""

import json
import re
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

CELLS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
TOLERANCE = 1e-5


def tensor(value):
    return {"shape": list(value.shape), "values": [float(f"{v:.9g}") for v in value.detach().reshape(-1).tolist()]}


def from_json(value):
    return torch.tensor(value["values"], dtype=torch.float32).reshape(value["shape"])


def write(folder, steps=7, batch=2, inputs=3, hidden=6, layers=2, horizon=4):
    folder.mkdir(parents=True, exist_ok=True)
    for number, (cell, kind) in enumerate(CELLS.items()):
        torch.manual_seed(1997 + number)
        recurrent = kind(inputs, hidden, num_layers=layers)
        head = torch.nn.Linear(hidden, horizon)
        x = torch.randn(steps, batch, inputs)
        with torch.inference_mode():
            output, _ = recurrent(x)
            answer = head(output[-1])
        weights = {f"recurrent.{name}": value.detach().contiguous() for name, value in recurrent.named_parameters()}
        weights |= {f"head.{name}": value.detach().contiguous() for name, value in head.named_parameters()}
        save_file(weights, folder / f"{cell}.safetensors", metadata={"cell": cell})
        numbers = {"cell": cell, "input": tensor(x), "output": tensor(output), "answer": tensor(answer)}
        (folder / f"{cell}.json").write_text(json.dumps(numbers) + "\n")
        print(f"wrote {cell}.safetensors and {cell}.json")


def load_module(weights):
    """The module that the names and shapes call for, and the prefix its weights stood under."""
    prefixes = [name.removesuffix("weight_ih_l0") for name in weights if name.endswith("weight_ih_l0")]
    if len(prefixes) != 1:
        sys.exit(f"expected one recurrent stack, found weight_ih_l0 under {prefixes or 'no prefix at all'}")
    prefix = prefixes[0]
    inside = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
    inside = {name: value for name, value in inside.items() if re.fullmatch(r"(weight|bias)_[ih]h_l\d+(_reverse)?", name)}

    rows, inputs = inside["weight_ih_l0"].shape
    hidden = inside["weight_hh_l0"].shape[1]
    cell = next((name for name, gates in GATES.items() if gates * hidden == rows), None)
    if cell is None:
        sys.exit(f"weight_ih_l0 has {rows} rows, which is neither 1, 3 nor 4 gates of {hidden} units")
    layers = 1 + max(int(re.search(r"_l(\d+)", name).group(1)) for name in inside)
    module = CELLS[cell](
        inputs, hidden, num_layers=layers, bidirectional=any(name.endswith("_reverse") for name in inside)
    )
    module.load_state_dict(inside, strict=True)
    print(f"{cell}, {layers} layers, {inputs} inputs, {hidden} hidden, under {prefix or 'no prefix'}")
    return module


def compare(name, got, wanted):
    if got.shape != wanted.shape:
        sys.exit(f"{name}: shape {list(got.shape)} in PyTorch, {list(wanted.shape)} in the file")
    difference = (got - wanted).abs().max().item()
    print(f"{name}: greatest difference {difference:.2e}")
    return difference <= TOLERANCE  # False for NaN


def check(weights_path, numbers_path):
    with safe_open(weights_path, framework="pt") as file:
        weights = {name: file.get_tensor(name) for name in file.keys()}
    numbers = json.loads(numbers_path.read_text())
    module = load_module(weights)
    with torch.inference_mode():
        output, _ = module(from_json(numbers["input"]))
        compared = []
        if "output" in numbers:
            compared.append(compare("output", output, from_json(numbers["output"])))
        if "answer" in numbers:
            # The reverse direction has read everything when it stands at the first step.
            hidden = module.hidden_size
            last = torch.cat([output[-1, :, :hidden], output[0, :, hidden:]], dim=-1)
            head = "head" if "head.weight" in weights else "output"
            answer = torch.nn.functional.linear(last, weights[f"{head}.weight"], weights[f"{head}.bias"])
            compared.append(compare("answer", answer, from_json(numbers["answer"])))
    good = bool(compared) and all(compared)
    sys.exit(0 if good else 1)


def main():
    match sys.argv[1:]:
        case ["write", folder]:
            write(Path(folder))
        case ["check", weights, numbers]:
            check(Path(weights), Path(numbers))
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(64)


if __name__ == "__main__":
    main()
