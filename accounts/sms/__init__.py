"""Short messages to phones. Which service carries them is a setting."""
