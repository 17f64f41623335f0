"""Words of the pages of lists, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

LISTS = MappingProxyType(
    {
        "facets_more": ("valores en total", "values in all"),
        "for_spreadsheet": ("Hoja de cálculo", "Spreadsheet"),
        "list_filters": ("Filtros", "Filters"),
        "list_form": ("Filtrar y ordenar la lista", "Filter and sort the list"),
        "list_words": ("Palabras", "Words"),
        "for_spreadsheet_semicolon": (
            "Hoja de cálculo (con punto y coma)",
            "Spreadsheet (with semicolons)",
        ),
        "list_pages": ("Páginas de la lista", "Pages of the list"),
        "narrow_by": ("Acotar", "Narrow down"),
        "on_page": ("en esta página", "on this page"),
        "page_first": ("Primera página", "First page"),
        "page_last": ("Última página", "Last page"),
        "page_next": ("Página siguiente", "Next page"),
        "page_previous": ("Página anterior", "Previous page"),
        "remove_all": ("Quitar todos los filtros", "Remove all filters"),
        "show_list": ("Mostrar", "Show"),
        "sort_by": ("Ordenar por", "Sort by"),
        "sort_own": ("– orden propio –", "– its own order –"),
        "sorted_down": ("descendente", "descending"),
        "sorted_up": ("ascendente", "ascending"),
    }
)
