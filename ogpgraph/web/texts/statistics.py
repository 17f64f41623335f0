"""Words of the pages of statistics."""

from __future__ import annotations

from types import MappingProxyType

STATISTICS = MappingProxyType(
    {
        "stats": ("Estadísticas", "Statistics"),
        "stats_lead": (
            "Lo que el grafo contiene, contado una vez por versión. Cada cifra dice qué cuenta, "
            "y la que tiene una lista lleva a ella.",
            "What the graph holds, counted once a version. Each figure says what it counts, and "
            "one that has a list leads to it.",
        ),
        "stats_countries": ("Países", "Countries"),
        "stats_version": ("Versión", "Version"),
        "stats_tables": ("Tablas", "Tables"),
        "stats_all": ("Todas las estadísticas", "All statistics"),
        "stats_row": ("Cada fila de los datos", "Each row of the data"),
        "stats_counted": ("Qué se cuenta", "What is counted"),
        "stats_measures": ("Columnas", "Columns"),
        "stats_table": ("Tabla de datos", "Data table"),
        "stats_total": ("En total", "In all"),
        "stats_not_stated": ("Sin nivel conocido", "No level known"),
        "stats_forms": ("Esta tabla como", "This table as"),
        "stats_all_forms": ("Todas las tablas como", "All tables as"),
        "stats_only": ("Solo", "Only"),
        "stats_without": ("Quitar el filtro", "Remove the filter"),
        "stats_zeros_left_out": (
            "Aquí faltan las filas que solo tienen ceros; las demás formas las dan.",
            "Rows that have only zeros are left out here; the other forms have them.",
        ),
        "stats_rows_left_out": (
            "Aquí solo están las primeras filas; las demás formas las dan todas.",
            "Only the first rows are here; the other forms have them all.",
        ),
        "stats_chart_some": (
            "El gráfico dibuja las filas con las cifras más altas.",
            "The chart draws the rows with the highest figures.",
        ),
        "stats_chart_none": (
            "No hay gráfico: todas las cifras son cero.",
            "There is no chart: all figures are zero.",
        ),
        "stats_chart_alone": ("Gráfico (SVG)", "Chart (SVG)"),
        "stats_matrix": ("CSV como matriz", "CSV as a matrix"),
        "stats_nothing": ("No hay nada que contar.", "There is nothing to count."),
        "stats_of_declared": (
            "compromisos listados de los declarados en planes que dan un total",
            "commitments listed of those declared, in plans that give a total",
        ),
        "stats_coverage": (
            "de los compromisos, con cita y líneas en todo lo que se dice de ellos",
            "of the commitments have a quotation and lines for all that is said of them",
        ),
    }
)
