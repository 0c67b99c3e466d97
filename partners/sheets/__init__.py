"""A partner's sheet: CSV, a workbook, or either with HXL tags."""
