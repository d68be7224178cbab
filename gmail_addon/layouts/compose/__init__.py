"""Beside a mail that is being written: who gets it, what to put into it, what happens when it is sent."""
