"""Who is one person, and which of their registrations may be listed."""
