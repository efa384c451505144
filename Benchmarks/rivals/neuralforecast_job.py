"""neuralforecast's side of `Scripts/bench job`: an LSTM as its own introduction trains one, from CSV to CSV.

usage: neuralforecast_job.py TRAIN.csv FORECAST.csv
"""

import logging
import sys
import warnings

import pandas
from neuralforecast import NeuralForecast
from neuralforecast.losses.pytorch import MAE
from neuralforecast.models import LSTM

warnings.filterwarnings("ignore")
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)

frame = pandas.read_csv(sys.argv[1])
frame.columns = ["ds", "y"]
frame["ds"] = pandas.to_datetime(frame["ds"])
frame.insert(0, "unique_id", "passengers")
model = LSTM(
    h=12,
    input_size=24,
    encoder_hidden_size=64,
    encoder_n_layers=2,
    max_steps=300,
    windows_batch_size=128,
    loss=MAE(),
    scaler_type="standard",
    random_seed=1,
    accelerator="cpu",
    enable_progress_bar=False,
    enable_model_summary=False,
    logger=False,
    enable_checkpointing=False,
)
forecaster = NeuralForecast(models=[model], freq="MS")
forecaster.fit(frame)
forecaster.predict().to_csv(sys.argv[2], index=False)
