"""What makes other machines grade an assignment: files for Gradescope and for Classroom 50."""
