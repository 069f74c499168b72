"""Trained commanders: policies as files, and what plays them. Nothing here needs torch.

- ``tensors``: arrays in a safetensors file, read without running anything.
- ``networks``: the architectures that a file may name, and their scores.
- ``policy_folder``: the folder of a policy, written and checked.
- ``commander``: the policy ``trained`` of ``chammo run``.
"""
