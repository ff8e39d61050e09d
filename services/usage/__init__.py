"""usage: stores calls exactly once, and the quantities that are priced."""
