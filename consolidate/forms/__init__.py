"""What a standard form is: its template, its rules and the layout of its blank."""
