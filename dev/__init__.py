"""What `make run`, `make test` and `make check` call. Nothing in here is imported by the product."""
