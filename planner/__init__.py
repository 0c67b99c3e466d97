"""One GraphQL operation becomes at most one SQL statement per root field, and PostgreSQL writes the JSON.

The schema's own fields say what they are (fields), a catalogue checks that they can be answered (catalog), a writer
turns a selection into one statement (write), and a plan is that statement with what must be bound to it (plan).
"""
