"""The administrator's pages about incident types: their response plans, and what a call-taker asks and reads out."""
