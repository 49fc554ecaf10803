"""What people hold in their hands: returns, master, blanks, tables and pages."""
