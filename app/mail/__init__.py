"""Mail that members write: texts kept for it, and their places filled in from records."""
