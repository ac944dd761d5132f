"""The contract: validation compiled once at boot from the OpenAPI documents, and violations explained."""
