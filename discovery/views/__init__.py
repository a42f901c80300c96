"""Pages of discovery: load, parse, act, render."""
