"""Views of the neighbourhood: the RT leader's and the volunteer's pages."""
