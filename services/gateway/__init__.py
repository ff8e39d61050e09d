"""REST for programs and pages for people, over the other services; owns sessions alone."""
