"""Measurements that anyone can run again; each prints its figure and how it was measured."""
