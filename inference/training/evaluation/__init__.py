"""How a network is judged and calibrated, and the plots of the model card."""
