"""Trained commanders: policies as files, and their player. Nothing here needs torch.

- ``tensors``: arrays in a safetensors file, read without running code.
- ``networks``: the allowed architectures, and their scores.
- ``policy_folder``: the folder of a policy, written and checked.
- ``commander``: the policy ``trained`` of ``chammo run``.
"""
