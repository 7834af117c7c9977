"""Trains the networks of this repository in PyTorch and writes its checkpoint format."""
