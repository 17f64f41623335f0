"""Every type of problem that is answered: its status, what it means, the members it can have.

The last part of a type's address is its name here. Tests hold this table to what the code raises,
to what is really sent, and to `docs/http.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

LINE, COLUMN, LIMIT = "line", "column", "limit"
_PLACE = (LINE, COLUMN)
_KNOWN = ("known", "parameter")


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A type: its status, its words in Spanish and English, and its members besides those of all.

    `always` are the members that every one has; `members` those that it has where they help.
    """

    status: int
    words: tuple[str, str]
    members: tuple[str, ...] = ()
    always: tuple[str, ...] = ()


PROBLEM_TYPES = MappingProxyType(
    {
        "bad-host": ProblemType(400, ("Host no es un nombre.", "Host is no name.")),
        "bad-input": ProblemType(
            400,
            (
                "El documento no dice qué grafo es, o dice dos.",
                "The document does not say which graph it is, or says two.",
            ),
            _PLACE,
        ),
        "bad-request": ProblemType(
            400,
            (
                "Un parámetro falta, no existe, se repite o no puede usarse.",
                "A parameter is missing, unknown, given twice or cannot be used.",
            ),
            _KNOWN,
        ),
        "dtd-not-allowed": ProblemType(
            400,
            ("RDF/XML con una DTD.", "RDF/XML with a document type declaration."),
            _PLACE,
        ),
        "malformed-query": ProblemType(
            400,
            ("El texto SPARQL no puede leerse.", "The SPARQL text does not parse."),
            _PLACE,
        ),
        "malformed-rdf": ProblemType(
            400,
            ("El documento no puede leerse.", "The document does not parse."),
            _PLACE,
        ),
        "malformed-request": ProblemType(
            400,
            ("No es una petición de HTTP/1.1.", "This is no request of HTTP/1.1."),
        ),
        "rdf12-not-supported": ProblemType(
            400,
            ("Tripletas como términos.", "Triples as terms."),
            _PLACE,
        ),
        "remote-context": ProblemType(
            400,
            (
                "JSON-LD con un contexto que habría que descargar.",
                "JSON-LD with a context that would have to be fetched.",
            ),
            _PLACE,
        ),
        "too-deep": ProblemType(
            400,
            ("El documento está anidado en exceso.", "The document is nested too deep."),
            _PLACE,
        ),
        "unauthorized": ProblemType(
            401,
            ("Falta el token, o no es ninguno de los nuestros.", "No token, or none of ours."),
        ),
        "federation-disabled": ProblemType(
            403,
            ("SERVICE no está permitido.", "SERVICE is not allowed."),
        ),
        "forbidden": ProblemType(403, ("No está permitido.", "It is not allowed.")),
        "graph-name": ProblemType(
            403,
            ("El grafo no puede llamarse así.", "The graph cannot have this name."),
        ),
        "insecure-transport": ProblemType(
            403,
            ("Un token por una red sin TLS.", "A token over a network without TLS."),
        ),
        "operation-not-allowed": ProblemType(
            403,
            (
                "Solo se escriben grafos con nombre.",
                "Only named graphs are written.",
            ),
        ),
        "reserved-graph": ProblemType(
            403,
            (
                "Un grafo del paquete o del servicio.",
                "A graph of the package or of the service.",
            ),
        ),
        "writing-disabled": ProblemType(
            403,
            ("No hay ningún token configurado.", "No token is configured."),
        ),
        "not-found": ProblemType(404, ("No hay nada ahí.", "There is nothing there."), ("known",)),
        "method-not-allowed": ProblemType(
            405,
            ("Este método no es posible aquí: vea Allow.", "Not by this method: see Allow."),
        ),
        "not-acceptable": ProblemType(
            406,
            ("Ninguna forma cumple Accept.", "No form fits Accept."),
            always=("offers",),
        ),
        "request-timeout": ProblemType(
            408,
            ("La petición llegó demasiado despacio.", "The request came too slowly."),
        ),
        "already-reviewed": ProblemType(
            409,
            (
                "La sugerencia ya fue aceptada o rechazada.",
                "The suggestion has been accepted or rejected already.",
            ),
        ),
        "conflict": ProblemType(409, ("El grafo ya existe.", "The graph is there already.")),
        "contradiction": ProblemType(
            409,
            (
                "La curaduría ya dice otra cosa del compromiso.",
                "Curation says otherwise of the commitment already.",
            ),
        ),
        "not-a-suggestion": ProblemType(
            409,
            (
                "La alineación es afirmada o curada; solo se revisan sugerencias.",
                "The alignment is stated or curated; only suggestions are reviewed.",
            ),
        ),
        "withdrawn": ProblemType(410, ("Estuvo y se retiró.", "It was there and was withdrawn.")),
        "precondition-failed": ProblemType(
            412,
            ("Lo publicado no es lo que se esperaba.", "What is published is not as expected."),
        ),
        "payload-too-large": ProblemType(
            413,
            ("El cuerpo o el texto supera su límite.", "The body or text is over its limit."),
            (LIMIT,),
        ),
        "uri-too-long": ProblemType(
            414,
            ("La dirección supera su límite.", "The address is over its limit."),
            (LIMIT,),
        ),
        "unsupported-media-type": ProblemType(
            415,
            ("El cuerpo está en un tipo que no se lee.", "The body is of a type that is not read."),
            always=("accepted",),
        ),
        "range-not-satisfiable": ProblemType(
            416,
            ("El intervalo está más allá del final.", "The range is beyond the end."),
        ),
        "misdirected-request": ProblemType(
            421,
            ("Este servicio no responde a ese Host.", "This service does not answer to that Host."),
        ),
        "control-character": ProblemType(
            422,
            ("Un carácter que XML no admite.", "A character that XML cannot hold."),
            (LINE,),
        ),
        "empty-graph": ProblemType(
            422,
            ("El documento no tiene declaraciones.", "The document has no statement."),
        ),
        "iri-scheme": ProblemType(
            422,
            ("Un IRI de un esquema que no se admite.", "An IRI of a scheme that is not taken."),
            (LINE, "known"),
            ("scheme",),
        ),
        "limit": ProblemType(
            422,
            ("El documento tiene demasiado de algo.", "The document has too much of something."),
            (LINE,),
            ("which", LIMIT),
        ),
        "parse-resources": ProblemType(
            422,
            (
                "Leer el documento exige demasiado tiempo o memoria.",
                "Reading the document takes too much time or memory.",
            ),
            (LINE, "limit_s", "limit_mb"),
        ),
        "quote-not-found": ProblemType(
            422,
            (
                "La cita no está en los textos del compromiso.",
                "The quote does not stand in the commitment's texts.",
            ),
        ),
        "query-denied": ProblemType(
            422,
            (
                "Este texto agotó a un proceso hace poco.",
                "This text ended a worker a while ago.",
            ),
            always=("retry_after_s",),
        ),
        "query-too-complex": ProblemType(
            422,
            ("La consulta es demasiado compleja.", "The query is too complex."),
            always=("measure", LIMIT, "found"),
        ),
        "result-too-large": ProblemType(
            422,
            (
                "La respuesta supera su límite; nunca se corta.",
                "The answer is over its limit; it is never cut.",
            ),
            always=(LIMIT,),
        ),
        "shacl-violation": ProblemType(
            422,
            ("El contenido incumple las formas.", "The content breaks the shapes."),
            always=("conforms", "count", "report"),
        ),
        "unprocessable": ProblemType(
            422,
            ("El documento tiene algo que no se admite.", "Something in it is not taken."),
            _PLACE,
        ),
        "validation-failed": ProblemType(
            422,
            ("El validador no pudo terminar.", "The validator could not finish."),
        ),
        "precondition-required": ProblemType(
            428,
            ("Diga qué espera que haya.", "Say what you expect to be there."),
        ),
        "too-many-requests": ProblemType(
            429,
            ("El cliente agotó su cuota: vea Retry-After.", "Your share is used: see Retry-After."),
            ("budget",),
        ),
        "headers-too-large": ProblemType(
            431,
            ("Las cabeceras superan su límite.", "The headers are over their limit."),
            always=(LIMIT,),
        ),
        "internal": ProblemType(500, ("Es culpa nuestra.", "Our fault.")),
        "not-implemented": ProblemType(
            501,
            ("Una codificación distinta de chunked.", "A transfer coding other than chunked."),
        ),
        "busy": ProblemType(
            503,
            ("Se pide demasiado: vea Retry-After.", "Too much is asked: see Retry-After."),
        ),
        "locked": ProblemType(
            503,
            ("Otro proceso escribe.", "Another process writes."),
        ),
        "not-ready": ProblemType(
            503,
            ("Algo que debe cumplirse no se cumple.", "Something that must hold does not."),
            always=("version", "checks"),
        ),
        "query-crashed": ProblemType(
            503,
            ("La consulta acabó con su proceso.", "The query ended its worker."),
        ),
        "query-memory": ProblemType(
            503,
            ("La consulta necesita demasiada memoria.", "The query needs too much memory."),
            always=("limit_mb",),
        ),
        "storage": ProblemType(
            503,
            ("No se puede escribir en el disco.", "The disk cannot be written."),
            ("version",),
        ),
        "unavailable": ProblemType(
            503,
            ("El almacén no puede responder.", "The store cannot answer."),
        ),
        "validation-timeout": ProblemType(
            503,
            ("Validar llevó demasiado tiempo.", "Validating took too long."),
            always=("limit_s",),
        ),
        "query-timeout": ProblemType(
            504,
            ("La consulta llevó demasiado tiempo.", "The query took too long."),
            always=("limit_s",),
        ),
        "http-version-not-supported": ProblemType(
            505,
            ("Otra versión de HTTP.", "Another version of HTTP."),
        ),
        "insufficient-storage": ProblemType(
            507,
            ("El disco está lleno.", "The disk is full."),
            ("version",),
        ),
    }
)
