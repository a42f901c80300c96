"""Job handlers and what beat asks for, one module a concern; importing this registers them all."""

from accounts.tasks import credit, identity

__all__ = ["credit", "identity"]
