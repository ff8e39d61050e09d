"""What telephony does by itself, driven by time and by what comes in."""
