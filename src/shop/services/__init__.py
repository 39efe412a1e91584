"""What the shop does. A service changes the session that it is given, and its caller commits."""
