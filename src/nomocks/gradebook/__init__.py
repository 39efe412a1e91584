"""Our marks in a course of nbgrader's: its gradebook, what Formgrader shows, and the feedback."""
