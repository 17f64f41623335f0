"""What columns, months and terms of other vocabularies are called, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

from ogpgraph.vocab import expanded

MONTHS = MappingProxyType(
    {
        "es": (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
            *("septiembre", "octubre", "noviembre", "diciembre"),
        ),
        "en": (
            *("January", "February", "March", "April", "May", "June", "July", "August"),
            *("September", "October", "November", "December"),
        ),
    }
)

LANGUAGE_NAMES = MappingProxyType(
    {
        "en": ("inglés", "English"),
        "es": ("español", "Spanish"),
        "fr": ("francés", "French"),
        "pt": ("portugués", "Portuguese"),
    }
)
"""What languages are called, by their tags."""


def language_name(tag: str, language: str) -> str:
    """What the language of a tag is called in a language of the pages, else the tag."""
    found = LANGUAGE_NAMES.get(tag)
    return tag if found is None else found[0 if language == "es" else 1]


COLUMNS = MappingProxyType(
    {
        "agent": ("quién lo dice", "who says so"),
        "aligned": ("alineados", "aligned"),
        "alignment": ("alineación", "alignment"),
        "answer": ("respuesta", "answer"),
        "basis": ("fundamento", "basis"),
        "branch": ("poder u órgano", "branch of state"),
        "claimText": ("texto impreso", "printed text"),
        "commitment": ("compromiso", "commitment"),
        "commitments": ("compromisos", "commitments"),
        "completionLevel": ("cumplimiento", "completion"),
        "confidence": ("certeza", "confidence"),
        "counted": ("cuenta", "count"),
        "country": ("país", "country"),
        "declared": ("declarados", "declared"),
        "document": ("documento", "document"),
        "equivalent": ("equivalente", "equivalent"),
        "explanation": ("explicación", "explanation"),
        "field": ("campo", "field"),
        "firstLine": ("desde la línea", "from line"),
        "focus": ("enfoque", "focus"),
        "generatedAt": ("fecha del dato", "date of this data"),
        "goal": ("Objetivo", "Goal"),
        "goalCode": ("código", "code"),
        "graph": ("grafo", "graph"),
        "institution": ("institución", "institution"),
        "institutions": ("instituciones", "institutions"),
        "label": ("nombre", "name"),
        "lastLine": ("hasta la línea", "to line"),
        "listed": ("listados", "listed"),
        "measure": ("medida", "measure"),
        "method": ("método", "method"),
        "milestone": ("hito", "milestone"),
        "minimumConfidence": ("certeza mínima", "least confidence"),
        "named": ("nombradas", "named"),
        "number": ("número", "number"),
        "observedOn": ("observado el", "observed on"),
        "ogpId": ("identificador de la AGA", "OGP identifier"),
        "order": ("orden", "order"),
        "ordinal": ("orden", "order"),
        "otherSource": ("otra fuente", "other source"),
        "otherValue": ("otro valor", "other value"),
        "percent": ("por ciento", "per cent"),
        "periodEnd": ("hasta", "to"),
        "periodStart": ("desde", "from"),
        "periodText": ("periodo impreso", "printed period"),
        "plan": ("plan", "plan"),
        "plans": ("planes", "plans"),
        "property": ("propiedad", "property"),
        "qualifier": ("precisión", "qualifier"),
        "quote": ("cita", "quotation"),
        "report": ("informe", "report"),
        "reportType": ("tipo de informe", "type of report"),
        "reviewState": ("estado de revisión", "review state"),
        "role": ("papel", "role"),
        "source": ("fuente", "source"),
        "stage": ("etapa", "stage"),
        "stageNumber": ("número de etapa", "stage number"),
        "statusOf": ("avance de", "status of"),
        "step": ("paso", "step"),
        "subject": ("cosa", "thing"),
        "summary": ("resumen", "summary"),
        "target": ("meta", "target"),
        "text": ("texto", "text"),
        "title": ("título", "title"),
        "titleLanguage": ("idioma del título", "language of the title"),
        "unlisted": ("no listados", "unlisted"),
        "unlistedNumbers": ("números no listados", "unlisted numbers"),
        "value": ("valor", "value"),
    }
)
"""Headings of the columns of the stored queries, by the variable: Spanish and English."""

_OF_OTHERS = MappingProxyType(
    {
        "dcterms:bibliographicCitation": ("Cita bibliográfica", "Citation"),
        "dcterms:conformsTo": ("Conforme a", "Conforms to"),
        "dcterms:creator": ("Autoría", "Creator"),
        "dcterms:date": ("Fecha", "Date"),
        "dcterms:description": ("Descripción", "Description"),
        "dcterms:format": ("Formato", "Format"),
        "dcterms:identifier": ("Archivo o identificador", "File or identifier"),
        "dcterms:issued": ("Publicado", "Issued"),
        "dcterms:language": ("Idioma", "Language"),
        "dcterms:license": ("Licencia", "Licence"),
        "dcterms:rights": ("Derechos", "Rights"),
        "dcterms:source": ("Fuente", "Source"),
        "dcterms:spatial": ("País", "Country"),
        "dcterms:title": ("Título oficial", "Official title"),
        "foaf:homepage": ("Sitio web", "Website"),
        "foaf:page": ("Página web", "Web page"),
        "oa:exact": ("Texto exacto", "Exact text"),
        "oa:hasSource": ("Documento", "Document"),
        "org:subOrganizationOf": ("Parte de", "Part of"),
        "prov:generatedAtTime": ("Fecha del dato", "Date of this data"),
        "prov:hadPrimarySource": ("Fuente primaria", "Primary source"),
        "prov:wasAssociatedWith": ("Con participación de", "With the participation of"),
        "prov:wasAttributedTo": ("Registrado por", "Recorded by"),
        "prov:wasDerivedFrom": ("Derivado de", "Derived from"),
        "rdf:type": ("Tipo", "Type"),
        "sdgo:hasIndicator": ("Indicadores", "Indicators"),
        "sdgo:hasTarget": ("Metas", "Targets"),
        "sdgo:isIndicatorOf": ("Indicador de", "Indicator of"),
        "sdgo:isTargetOf": ("Meta del objetivo", "Target of the goal"),
        "skos:altLabel": ("Otros nombres", "Also called"),
        "skos:broader": ("Parte de", "Part of"),
        "skos:closeMatch": ("Casi equivale a", "Close to"),
        "skos:definition": ("Definición", "Definition"),
        "skos:editorialNote": ("Nota editorial", "Editorial note"),
        "skos:exactMatch": ("Equivale a", "Same as"),
        "skos:hasTopConcept": ("Conceptos superiores", "Top concepts"),
        "skos:inScheme": ("Lista de códigos", "Code list"),
        "skos:member": ("Miembros", "Members"),
        "skos:narrower": ("Comprende", "Comprises"),
        "skos:notation": ("Código", "Code"),
        "skos:note": ("Nota", "Note"),
        "skos:related": ("Relacionado con", "Related to"),
        "skos:relatedMatch": ("Relacionado con", "Related to"),
        "skos:scopeNote": ("Alcance", "Scope"),
    }
)


EXTERNAL_LABELS = MappingProxyType({expanded(name): text for name, text in _OF_OTHERS.items()})
"""Labels of the properties of other vocabularies, by IRI: Spanish and English."""
