"""The public portal: what an applicant sees and does. Views and templates only; no rule and no permission is here."""
