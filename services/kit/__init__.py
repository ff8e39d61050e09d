"""What every service runs on; knows no service and no business noun."""
