"""Reports of graded submissions, in each format."""
