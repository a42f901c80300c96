"""What people type: made safe to store, and made safe to show."""
