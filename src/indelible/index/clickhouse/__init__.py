"""The index that follows the logs into ClickHouse, and answers from there what PostgreSQL would."""
