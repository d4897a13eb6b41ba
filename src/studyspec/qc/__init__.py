"""Double programming: runs the second programs in SQL, compares them with production, reports the validation."""
