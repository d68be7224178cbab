"""The demo: a believable mailbox and a page that stands for Gmail, with the add-on at its side."""
