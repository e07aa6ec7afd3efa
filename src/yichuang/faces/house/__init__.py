"""Pages of the three administrators (三员): system, security, audit. No case enters, and no rule of one."""
