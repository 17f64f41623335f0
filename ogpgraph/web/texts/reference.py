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
            "cosas de los datos apuntan a este concepto",
            "things in the data point at this concept",
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

CONSTRAINTS = MappingProxyType(
    {
        "and": ("cumple todo esto", "keeps all of this"),
        "class": ("es de la clase", "is of the class"),
        "closed": ("no tiene otras propiedades", "has no other properties"),
        "datatype": ("tiene el tipo de datos", "has the datatype"),
        "equals": ("es igual a los valores de", "equals the values of"),
        "hasValue": ("entre sus valores está", "has among its values"),
        "in": ("es uno de", "is one of"),
        "languageIn": ("está en una de las lenguas", "is in one of the languages"),
        "lessThan": ("es menor que los valores de", "is less than the values of"),
        "lessThanOrEquals": ("no es mayor que los valores de", "is not more than the values of"),
        "maxCount": ("número máximo de valores", "number of values at most"),
        "maxExclusive": ("es menor que", "is less than"),
        "maxInclusive": ("es como máximo", "is at most"),
        "maxLength": ("caracteres como máximo", "characters at most"),
        "minCount": ("número mínimo de valores", "number of values at least"),
        "minExclusive": ("es mayor que", "is more than"),
        "minInclusive": ("es como mínimo", "is at least"),
        "minLength": ("caracteres como mínimo", "characters at least"),
        "node": ("cumple la regla", "keeps the rule"),
        "nodeKind": ("es", "is"),
        "not": ("no cumple esto", "does not keep this"),
        "or": ("cumple al menos una de estas", "keeps at least one of these"),
        "pattern": ("tiene esta forma (expresión regular)", "has this form (regular expression)"),
        "qualifiedMaxCount": (
            "número máximo de valores que la cumplen",
            "number of values that keep it at most",
        ),
        "qualifiedMinCount": (
            "número mínimo de valores que la cumplen",
            "number of values that keep it at least",
        ),
        "qualifiedValueShape": ("entre sus valores hay algunos que", "has values that"),
        "sparql": (
            "esta consulta no encuentra nada",
            "this query finds nothing",
        ),
        "uniqueLang": ("un solo texto por lengua", "one text for each language"),
        "xone": ("cumple exactamente una de estas", "keeps exactly one of these"),
    }
)
"""What the parameters of SHACL's constraints demand, before their values."""
