"""Many submissions at once: found, graded by several workers, and kept so that nothing is lost."""
