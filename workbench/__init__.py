"""LSTM Workbench: a desktop laboratory for recurrent networks."""
