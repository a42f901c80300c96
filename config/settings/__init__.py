"""base is shared; local (development), test and production each say what differs."""
