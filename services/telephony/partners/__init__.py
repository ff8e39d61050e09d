"""What telephony calls but does not own."""
