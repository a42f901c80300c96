"""Job handlers and what beat asks for, one module a concern; importing this registers them all."""

from accounts.tasks import care, credit, facts, identity

__all__ = ["care", "credit", "facts", "identity"]
