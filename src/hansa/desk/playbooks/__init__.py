"""Playbooks: what is done, by whom and by when, when an incident of a kind opens."""
