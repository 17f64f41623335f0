"""Words of the page of the REST interface: the same in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

OPERATIONS = MappingProxyType(
    {
        "api_answers": ("Respuestas", "Answers"),
        "api_choices": ("Puede ser", "Can be"),
        "api_elsewhere": ("Ver una respuesta", "See an answer"),
        "api_example": ("Ejemplo", "Example"),
        "api_forms": ("Formas", "Forms"),
        "api_needed": ("necesario", "required"),
        "api_status": ("Estado", "Status"),
        "api_how": (
            "Cada orden se puede pegar en una terminal tal como está; las que escriben leen el "
            "token de OGPGRAPH_TOKEN. Todo error es un documento de "
            "application/problem+json; en un navegador, una página.",
            "Each command can be pasted into a terminal as it is; those that write read the token "
            "from OGPGRAPH_TOKEN. Every error is a document of application/problem+json; "
            "in a browser, a page.",
        ),
        "api_sample": ("Una respuesta, tal como se envía", "An answer, as it is sent"),
        "api_writes": ("exige un token", "needs a token"),
    }
)
