"""A wish becomes songs: filters, candidates, taste, ranking, and a reason for each."""
