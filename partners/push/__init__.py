"""A partner that sends: services by importServices, or a file. Nothing is asked of its system."""
