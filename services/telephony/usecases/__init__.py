"""What telephony does, one verb phrase a file."""
