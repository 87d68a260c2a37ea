"""为什么: why an object is served as it is or not at all, and why a person is not there."""
