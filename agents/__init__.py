"""Agents: scripted commanders and the interfaces to agent and reinforcement-learning libraries."""
