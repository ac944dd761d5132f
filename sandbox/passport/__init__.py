"""The privacy passport: what a bot did with people's data, proved from both ends, the bank's and the messenger's."""
