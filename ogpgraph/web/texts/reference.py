"""Words of the pages about ontology, shapes and code lists, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

REFERENCE = MappingProxyType(
    {
        "all_versions": ("Todas las versiones", "All versions"),
        "broader_none": ("sin concepto más general", "no broader concept"),
        "checks": ("Comprobaciones entre grafos", "Checks across graphs"),
        "checks_lead": (
            "Consultas cuyas filas son hallazgos: miran varios grafos a la vez.",
            "Queries whose rows are findings: they look at several graphs at once.",
        ),
        "code_of": ("Código", "Code"),
        "demanded_by": ("Reglas", "Rules"),
        "demands": ("Qué exige", "What it demands"),
        "entities_of": ("cosas en los datos", "things in the data"),
        "example_of": ("Ejemplo", "Example"),
        "part_of_shape": ("Dentro de", "Within"),
        "scheme": ("Lista de códigos", "Code list"),
        "scheme_concepts": ("Conceptos", "Concepts"),
        "scheme_used": (
            "usos en los datos (sentencias que apuntan al concepto)",
            "uses in the data (statements that point at the concept)",
        ),
        "schemes": ("Listas de códigos", "Code lists"),
        "scope_note": ("Alcance", "Scope"),
        "severity": ("Gravedad", "Severity"),
        "shape_codelists": ("Listas cerradas", "Closed lists"),
        "shape_codelists_lead": (
            "Los valores codificados salen de listas cerradas. Incumplirlo impide publicar.",
            "Coded values come from closed lists. Breaking this blocks publishing.",
        ),
        "shape_must": ("Lo que debe cumplirse", "What must hold"),
        "shape_must_lead": (
            "Incumplirlo impide publicar.",
            "Breaking this blocks publishing.",
        ),
        "shape_references": ("Enlaces", "Links"),
        "shape_references_lead": (
            "Aquello con que se enlaza existe y es de la clase debida. Incumplirlo impide "
            "publicar.",
            "What is linked to is there and of the right class. Breaking this blocks publishing.",
        ),
        "shape_should": ("Lo que conviene", "What should hold"),
        "shape_should_lead": (
            "Se informa de ello y no impide nada.",
            "This is reported and blocks nothing.",
        ),
        "shapes": ("Reglas de validación", "Validation rules"),
        "shapes_lead": (
            "Lo que se comprueba de cada documento antes de publicarlo, en SHACL y en palabras. "
            "Los hallazgos de un informe enlazan con la regla que se incumplió.",
            "What is checked of each document before it is published, in SHACL and in words. The "
            "findings of a report link to the rule that was broken.",
        ),
        "statements_of": ("sentencias en los datos", "statements in the data"),
        "subclasses": ("Más específicas", "More specific"),
        "target": ("Se aplica a", "Applies to"),
        "property_at": ("Propiedad", "Property"),
        "validate_page": ("Validar un documento", "Check a document"),
        "severity_violation": ("impide publicar", "blocks publishing"),
        "severity_warning": ("solo se informa", "only reported"),
        "severity_info": ("aviso", "note"),
    }
)
