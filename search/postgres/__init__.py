"""The index in Postgres: full text of the words we cut ourselves, under one GIN index a table."""
