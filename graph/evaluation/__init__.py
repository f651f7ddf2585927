"""How good the choice of songs is: listeners' labels and simulated listeners."""
