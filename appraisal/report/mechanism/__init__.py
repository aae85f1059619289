"""What a mechanism study says: sentences, tables and pictures."""
