"""What is done with job boards; one subject a module."""
