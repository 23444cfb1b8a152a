"""The list a practice reviews: as CSV for programs and as a workbook for people. Also how files are kept private."""
