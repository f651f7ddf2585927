"""What people write, understood by rules: text -> a wish for songs, or what else it says; pure."""
