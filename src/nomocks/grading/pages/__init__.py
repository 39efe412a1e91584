"""What the formats ``page`` and ``class_page`` are made with: HTML that needs no network."""
