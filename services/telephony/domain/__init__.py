"""What is true of legs, routes and numbers, whoever keeps them."""
