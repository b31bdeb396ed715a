"""Pure: CSV and XLSX files of responses."""
