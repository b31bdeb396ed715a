"""REST API of the pipeline, and what all of the API shares."""
