"""Exports of a recorded run, one file format a module, and what they share: who knew what, where and when."""
