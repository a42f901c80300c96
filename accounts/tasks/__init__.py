"""Job handlers and what beat asks for, one module a concern; importing this registers them all."""

from accounts.tasks import credit, facts, identity

__all__ = ["credit", "facts", "identity"]
