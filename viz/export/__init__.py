"""Exports of a recorded run, one file format a module."""
