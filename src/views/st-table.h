/* The numbers behind a figure: named columns of equal length. */
#pragma once

#include <glib.h>

typedef struct StTable StTable;

StTable *st_table_new (void);
void st_table_free (StTable *table);
/* A column; its index. */
guint st_table_add_column (StTable *table, const char *name);
/* Appends a row of NaN, which stands for null. */
void st_table_add_row (StTable *table);
/* In the last row. */
void st_table_set (StTable *table, guint column, double value);

guint st_table_columns (const StTable *table);
guint st_table_rows (const StTable *table);
const char *st_table_name (const StTable *table, guint column);
/* NaN: null. */
double st_table_value (const StTable *table, guint row, guint column);
/* A header line and one line a row, the C locale, %.17g, nothing for null. */
GBytes *st_table_csv (const StTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StTable, st_table_free)
