"""The outbox: render, deliver through a channel adapter, webhooks out."""
