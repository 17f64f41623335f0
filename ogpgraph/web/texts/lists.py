"""Words of the pages of lists, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

LISTS = MappingProxyType(
    {
        "facets_more": ("valores en total", "values in all"),
        "for_spreadsheet": ("Hoja de cálculo", "Spreadsheet"),
        "for_spreadsheet_semicolon": (
            "Hoja de cálculo (con punto y coma)",
            "Spreadsheet (with semicolons)",
        ),
        "list_pages": ("Páginas de la lista", "Pages of the list"),
        "narrow_by": ("Acotar", "Narrow down"),
        "page_first": ("Primera página", "First page"),
        "page_last": ("Última página", "Last page"),
        "page_next": ("Página siguiente", "Next page"),
        "page_previous": ("Página anterior", "Previous page"),
        "sort_by": ("Ordenar por", "Sort by"),
        "sorted_down": ("descendente", "descending"),
        "sorted_up": ("ascendente", "ascending"),
    }
)
