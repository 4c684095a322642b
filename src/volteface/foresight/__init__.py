"""What comes next: ranks who may do what to whom on a day from the days before it, with reasons."""
