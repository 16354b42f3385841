"""Seven analyses of a user's conversations: pure folds over what was committed, each in a file of its own."""
