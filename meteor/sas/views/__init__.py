"""The pages about silent alarms: what businesses, the command centre and whoever tests panels see."""
