"""What is remembered: tables, repositories, migrations, principals and the evidence store."""
