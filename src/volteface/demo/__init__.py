"""The bundled sample of short articles, and the demonstration that codes and shows it."""
