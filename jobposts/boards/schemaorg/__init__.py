"""Pure: schema.org JobPosting markup."""
