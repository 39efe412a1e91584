"""The same services, written in another way: no test of what they do tells the two apart."""
