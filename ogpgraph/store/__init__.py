"""Stores of named graphs: one contract, an embedded engine and any remote one."""
