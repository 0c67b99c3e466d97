"""The demo network: invented people around real institutions' roles, placed by P-code; the same at every loading."""
