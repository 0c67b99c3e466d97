"""What is printed and handed out: certificates, rosters, and the sheet that participants are listed in."""
