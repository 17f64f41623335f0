"""DEFINITIONS: the tables of statistics, one row each. Data, not a language."""

from __future__ import annotations

from types import MappingProxyType

from ogpgraph.statistics.coverage import COVERAGE
from ogpgraph.statistics.dimensions import (
    BRANCH,
    COMMITMENTS,
    COUNTRY,
    GOAL,
    INSTITUTION,
    LISTED,
    OGP_VALUE,
    PLAN,
    POLICY_AREA,
    TARGET,
    commitments,
)
from ogpgraph.statistics.quality import QUALITY
from ogpgraph.statistics.tables import Definition, Listing, Measure, Text

_ONCE_EACH: Text = (
    "Un compromiso con varios cuenta en cada uno, así que la columna suma más que el total.",
    "A commitment with several counts in each, so that the column adds up to more than the total.",
)


_INVOLVING: Text = (
    "Compromisos cuyas instituciones responsables son del órgano, o cuyo propio texto lo "
    "involucra; los que solo nombran una institución no cuentan.",
    "Commitments whose responsible institutions are of the branch, or whose own text involves it; "
    "those that merely name an institution do not count.",
)
_CLASSIFIED: Text = (
    "Compromisos con una clasificación dicha en la fuente o curada; las sugeridas no cuentan.",
    "Commitments with a classification that is stated in the source or curated; suggested ones do "
    "not count.",
)
_ALIGNED: Text = (
    "Compromisos con una alineación aceptada, dicha en la fuente o curada, con el Objetivo o una "
    "de sus metas.",
    "Commitments with an accepted alignment, stated in the source or curated, with the goal or one "
    "of its targets.",
)
_ALIGNED_TARGET: Text = (
    "Compromisos con una alineación aceptada, dicha en la fuente o curada, con la meta.",
    "Commitments with an accepted alignment, stated in the source or curated, with the target.",
)
_SUGGESTED: Text = (
    "Compromisos con una alineación que una herramienta sugirió y nadie rechazó. No son "
    "alineaciones aceptadas y no se suman a ellas.",
    "Commitments with an alignment that a tool suggested and nobody rejected. They are no accepted "
    "alignments and are not added to them.",
)
_SUGGESTION = Measure("suggested", ("Sugeridos", "Suggested"), _SUGGESTED)
_GROUPED: Text = (
    "Los grupos de poderes solo tienen fila si algo cuenta directamente en ellos.",
    "Groups of branches have a row only where something counts in them directly.",
)
_DIRECTLY: Text = (
    "Los de un área más específica no se suman a la más general.",
    "Those of a narrower area are not added to the broader one.",
)
_ZEROS: Text = (
    "Los ceros también son filas.",
    "Zeros are rows too.",
)


def _role(name: str, role: str, label: Text, definition: Text) -> Measure:
    filters = MappingProxyType({"institution": "institution"})
    listing = Listing("commitments", filters, (("role", role),))
    return Measure(name, label, definition, listing=listing)


def _joined(*texts: Text) -> Text:
    return " ".join(text[0] for text in texts), " ".join(text[1] for text in texts)


_DECLARED = Measure(
    "declared",
    ("Declarados", "Declared"),
    (
        "El total de compromisos que la fuente dice que tiene el plan.",
        "The number of commitments that the source says the plan has.",
    ),
)
_UNLISTED = Measure(
    "unlisted",
    ("Números no listados", "Unlisted numbers"),
    (
        "Números del plan que se sabe que existen y que la fuente no lista.",
        "Numbers of the plan that are known to exist and that the source does not list.",
    ),
    listing=Listing("unlisted-numbers", MappingProxyType({"plan": "plan"})),
)
_PLACES = (
    Definition(
        "countries",
        ("Países", "Countries"),
        ("Un país que tiene planes en el grafo.", "A country that has plans in the graph."),
        (
            "Los planes, compromisos e instituciones de cada país.",
            "The plans, commitments and institutions of each country.",
        ),
        (COUNTRY,),
        (
            Measure(
                "plans",
                ("Planes", "Plans"),
                ("Planes de acción del país.", "Action plans of the country."),
                listing=Listing("plans", MappingProxyType({"country": "country"})),
            ),
            commitments(COMMITMENTS, LISTED, {"country": "country"}),
            Measure(
                "institutions",
                ("Instituciones públicas", "Public institutions"),
                (
                    "Instituciones públicas del país que los planes o las listas de la AGA "
                    "nombran.",
                    "Public institutions of the country that the plans or OGP's lists name.",
                ),
                listing=Listing("institutions", MappingProxyType({"country": "country"})),
            ),
        ),
        chart=("commitments",),
    ),
    Definition(
        "plans",
        ("Planes de acción", "Action plans"),
        ("Un plan de acción.", "An action plan."),
        (
            "Lo que cada plan lista, declare o no su fuente un total.",
            "What each plan lists, whether or not its source declares a total.",
        ),
        (PLAN,),
        (commitments(COMMITMENTS, LISTED, {"plan": "plan"}), _UNLISTED),
        chart=("commitments",),
    ),
    Definition(
        "declared",
        ("Declarados y listados", "Declared and listed"),
        (
            "Un plan cuya fuente declara cuántos compromisos tiene.",
            "A plan whose source declares how many commitments it has.",
        ),
        (
            "El total que la fuente declara junto a los compromisos que lista. El segundo "
            "siempre se cuenta, nunca se copia.",
            "The total that the source declares beside the commitments that it lists. The latter "
            "is always counted, never copied.",
        ),
        (PLAN,),
        (
            _DECLARED,
            commitments(("Listados", "Listed"), LISTED, {"plan": "plan"}, "listed"),
            _UNLISTED,
        ),
        chart=("declared", "listed"),
    ),
)
_FACETS = (
    Definition(
        "branches",
        ("Poderes y órganos del Estado", "Branches of state"),
        ("Un poder u órgano del Estado.", "A branch of state."),
        _joined(_INVOLVING, _ONCE_EACH, _ZEROS, _GROUPED),
        (BRANCH,),
        (
            commitments(COMMITMENTS, _INVOLVING, {"branch": "branch"}),
            Measure(
                "institutions",
                ("Instituciones públicas", "Public institutions"),
                (
                    "Instituciones públicas que son de ese órgano.",
                    "Public institutions that are of that branch.",
                ),
                listing=Listing("institutions", MappingProxyType({"branch": "branch"})),
            ),
        ),
        chart=("commitments",),
    ),
    Definition(
        "branches-by-country",
        ("Poderes y órganos por país", "Branches of state by country"),
        ("Un país y un poder u órgano del Estado.", "A country and a branch of state."),
        _joined(_INVOLVING, _ONCE_EACH, _ZEROS, _GROUPED),
        (COUNTRY, BRANCH),
        (commitments(COMMITMENTS, _INVOLVING, {"country": "country", "branch": "branch"}),),
    ),
    Definition(
        "institutions",
        ("Instituciones y organizaciones", "Institutions and organisations"),
        (
            "Una institución u organización que interviene en algún compromiso.",
            "An institution or organisation that takes part in some commitment.",
        ),
        (
            "Compromisos en que interviene, y con qué papel. Con dos papeles en un compromiso "
            "cuenta en los dos, y una sola vez entre todos.",
            "Commitments in which it takes part, and in which role. With two roles in a commitment "
            "it counts in both, and once in all.",
        ),
        (INSTITUTION,),
        (
            commitments(
                ("Con cualquier papel", "In any role"),
                (
                    "Compromisos en que interviene, sea cual sea su papel, también si solo se la "
                    "nombra.",
                    "Commitments in which it takes part in whatever role, also where it is merely "
                    "named.",
                ),
                {"institution": "institution"},
            ),
            _role(
                "led", "lead", ("Lidera", "Leads"), ("Compromisos que lidera.", "That it leads.")
            ),
            _role(
                "co_responsible",
                "coResponsible",
                ("Corresponsable", "Co-responsible"),
                ("Compromisos de que es corresponsable.", "For which it is co-responsible."),
            ),
            _role(
                "supporting",
                "supporting",
                ("Apoya", "Supports"),
                ("Compromisos que apoya.", "That it supports."),
            ),
            _role(
                "counterpart",
                "counterpart",
                ("Contraparte", "Counterpart"),
                (
                    "Compromisos de cuya institución responsable es contraparte.",
                    "Whose responsible institution it is the counterpart of.",
                ),
            ),
            _role(
                "funder",
                "funder",
                ("Financia", "Funds"),
                ("Compromisos que financia.", "That it funds."),
            ),
            _role(
                "named",
                "named",
                ("Nombrada", "Named"),
                (
                    "Compromisos cuyo texto la nombra sin atribuirle responsabilidad ni apoyo.",
                    "Whose text names it without assigning it responsibility or support.",
                ),
            ),
        ),
        chart=("led", "co_responsible", "supporting"),
    ),
    Definition(
        "policy-areas",
        ("Áreas de política", "Policy areas"),
        ("Un área de política de la AGA.", "A policy area of OGP."),
        _joined(_CLASSIFIED, _DIRECTLY, _ONCE_EACH, _ZEROS),
        (POLICY_AREA,),
        (commitments(COMMITMENTS, _CLASSIFIED, {"policy_area": "policy_area"}),),
        chart=("commitments",),
    ),
    Definition(
        "policy-areas-by-country",
        ("Áreas de política por país", "Policy areas by country"),
        ("Un país y un área de política.", "A country and a policy area."),
        _joined(_CLASSIFIED, _DIRECTLY, _ONCE_EACH, _ZEROS),
        (COUNTRY, POLICY_AREA),
        (
            commitments(
                COMMITMENTS, _CLASSIFIED, {"country": "country", "policy_area": "policy_area"}
            ),
        ),
    ),
    Definition(
        "ogp-values",
        ("Valores de la AGA", "OGP values"),
        ("Un valor de la AGA.", "An OGP value."),
        _joined(_CLASSIFIED, _ONCE_EACH, _ZEROS),
        (OGP_VALUE,),
        (commitments(COMMITMENTS, _CLASSIFIED, {"ogp_value": "ogp_value"}),),
        chart=("commitments",),
    ),
    Definition(
        "ogp-values-by-country",
        ("Valores de la AGA por país", "OGP values by country"),
        ("Un país y un valor de la AGA.", "A country and an OGP value."),
        _joined(_CLASSIFIED, _ONCE_EACH, _ZEROS),
        (COUNTRY, OGP_VALUE),
        (commitments(COMMITMENTS, _CLASSIFIED, {"country": "country", "ogp_value": "ogp_value"}),),
    ),
)
_GOALS = (
    Definition(
        "goals",
        ("Objetivos de Desarrollo Sostenible", "Sustainable Development Goals"),
        ("Uno de los 17 Objetivos.", "One of the 17 goals."),
        _joined(_ALIGNED, _ONCE_EACH, _ZEROS),
        (GOAL,),
        (commitments(COMMITMENTS, _ALIGNED, {"sdg": "goal"}),),
        chart=("commitments",),
    ),
    Definition(
        "goals-by-country",
        ("Objetivos por país", "Goals by country"),
        ("Un país y un Objetivo.", "A country and a goal."),
        _joined(_ALIGNED, _ONCE_EACH, _ZEROS),
        (COUNTRY, GOAL),
        (commitments(COMMITMENTS, _ALIGNED, {"country": "country", "sdg": "goal"}),),
    ),
    Definition(
        "targets",
        ("Metas de los ODS", "SDG targets"),
        ("Una de las 169 metas.", "One of the 169 targets."),
        _joined(_ALIGNED_TARGET, _ONCE_EACH, _ZEROS),
        (TARGET,),
        (commitments(COMMITMENTS, _ALIGNED_TARGET, {"sdg": "target"}),),
        chart=("commitments",),
        apart=True,
    ),
    Definition(
        "targets-by-country",
        ("Metas por país", "Targets by country"),
        ("Un país y una meta.", "A country and a target."),
        _joined(_ALIGNED_TARGET, _ONCE_EACH, _ZEROS),
        (COUNTRY, TARGET),
        (commitments(COMMITMENTS, _ALIGNED_TARGET, {"country": "country", "sdg": "target"}),),
        apart=True,
    ),
    Definition(
        "suggested-goals-by-country",
        ("Objetivos sugeridos por país", "Suggested goals by country"),
        ("Un país y un Objetivo.", "A country and a goal."),
        _joined(_SUGGESTED, _ONCE_EACH, _ZEROS),
        (COUNTRY, GOAL),
        (_SUGGESTION,),
    ),
    Definition(
        "declared-goals",
        ("Objetivos que los planes declaran", "Goals that plans declare"),
        (
            "Un plan cuya fuente dice con cuántos Objetivos está alineado.",
            "A plan whose source says with how many goals it is aligned.",
        ),
        (
            "El número que declara, junto a los Objetivos con que se conoce una alineación "
            "aceptada del propio plan. Un número nunca se expande en conjeturas.",
            "The number that it declares, beside the goals with which an accepted alignment of the "
            "plan itself is known. A number is never expanded into guesses.",
        ),
        (PLAN,),
        (
            Measure(
                "declared",
                ("Declarados", "Declared"),
                (
                    "Número de Objetivos que la fuente declara.",
                    "Number of goals that the source declares.",
                ),
            ),
            Measure(
                "named",
                ("Nombrados", "Named"),
                (
                    "Objetivos con que el plan tiene una alineación aceptada, dicha o curada.",
                    "Goals with which the plan has an accepted alignment, stated or curated.",
                ),
            ),
        ),
        chart=("declared", "named"),
    ),
)
DEFINITIONS = MappingProxyType(
    {one.name: one for one in (*_PLACES, *_FACETS, *_GOALS, *COVERAGE, *QUALITY)}
)
