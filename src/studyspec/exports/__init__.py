"""All displays of a study in one file each: results as CDISC ARS and as a workbook, pages as one PDF."""
