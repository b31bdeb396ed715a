"""The project and the recruitment pipeline: who applies for what, and how far they got."""
