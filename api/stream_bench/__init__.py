"""What watching cameras costs, beside what others would spend on it."""
