"""The live mirror: a page that reads a face on the device that shows it."""
