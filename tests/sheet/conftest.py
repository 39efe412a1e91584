"""The suite of the cheat sheet is a project of its own: test_sheet runs it."""

collect_ignore = ["suite"]
