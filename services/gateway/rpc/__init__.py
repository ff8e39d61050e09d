"""What the gateway itself serves to its own REST side and pages."""
