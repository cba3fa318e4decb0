"""Eight crews accept one offer at the same moment: one wins, the others read who."""
