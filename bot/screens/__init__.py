"""Values become messages and buttons; pure, nothing here awaits."""
