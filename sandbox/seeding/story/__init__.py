"""What people do with their money: a file for each habit, and the book-keeping that holds them to what they have."""
