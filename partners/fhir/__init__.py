"""FHIR R4 as IHE mCSD has it: a partner's directory read (ITI-90, ITI-91), and ours written."""
