"""The OpenAPI document: what every operation has in common."""

from typing import Any

PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` is stable and for programs; `title` is for people, in their language.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "example": "urn:quanzi:problem:not_verified"},
        "title": {"type": "string", "example": "Please verify who you are first."},
        "status": {"type": "integer", "example": 403},
        "code": {"type": "string", "example": "not_verified"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Every operation may be refused, and always in the same form."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = answer
    return result
