"""What Volteface knows, shown to people: in words, on the terminal, and as one self-contained HTML page."""
