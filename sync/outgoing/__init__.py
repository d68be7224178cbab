"""What writers arrange for mail before they send it, and its carrying out once the mail is there."""
