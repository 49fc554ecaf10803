"""From a folder of received files to submissions."""
