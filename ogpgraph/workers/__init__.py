"""Killable processes: outside text is evaluated in them, never in the process that serves."""
