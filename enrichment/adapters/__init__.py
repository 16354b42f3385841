"""What the outside looks like: one package for each thing that the program talks to."""
