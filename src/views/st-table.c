#include <st-table.h>

#include <math.h>
#include <string.h>

struct StTable
{
  GPtrArray *names;
  GPtrArray *rows;   /* double [columns], made with their row */
};

StTable *
st_table_new (void)
{
  StTable *table = g_new (StTable, 1);
  table->names = g_ptr_array_new_with_free_func (g_free);
  table->rows = g_ptr_array_new_with_free_func (g_free);
  return table;
}

void
st_table_free (StTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->names);
  g_ptr_array_unref (table->rows);
  g_free (table);
}

guint
st_table_add_column (StTable *table, const char *name)
{
  g_return_val_if_fail (table->rows->len == 0, 0);
  g_ptr_array_add (table->names, g_strdup (name));
  return table->names->len - 1;
}

void
st_table_add_row (StTable *table)
{
  double *row = g_new (double, MAX (table->names->len, 1));
  for (guint i = 0; i < table->names->len; i++)
    row[i] = NAN;
  g_ptr_array_add (table->rows, row);
}

void
st_table_set (StTable *table, guint column, double value)
{
  g_return_if_fail (table->rows->len > 0 && column < table->names->len);
  double *row = g_ptr_array_index (table->rows, table->rows->len - 1);
  row[column] = isfinite (value) ? value : NAN;
}

guint
st_table_columns (const StTable *table)
{
  return table->names->len;
}

guint
st_table_rows (const StTable *table)
{
  return table->rows->len;
}

const char *
st_table_name (const StTable *table, guint column)
{
  return g_ptr_array_index (table->names, column);
}

double
st_table_value (const StTable *table, guint row, guint column)
{
  return ((const double *) g_ptr_array_index (table->rows, row))[column];
}

/* RFC 4180: quoted if it holds a comma, a quote or a line end. */
static void
append_field (GString *out, const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

GBytes *
st_table_csv (const StTable *table)
{
  GString *out = g_string_new (NULL);
  for (guint c = 0; c < st_table_columns (table); c++)
    {
      if (c > 0)
        g_string_append_c (out, ',');
      append_field (out, st_table_name (table, c));
    }
  g_string_append_c (out, '\n');
  for (guint r = 0; r < st_table_rows (table); r++)
    {
      for (guint c = 0; c < st_table_columns (table); c++)
        {
          char buffer[G_ASCII_DTOSTR_BUF_SIZE];
          const double value = st_table_value (table, r, c);
          if (c > 0)
            g_string_append_c (out, ',');
          if (!isnan (value))
            g_string_append (out, g_ascii_dtostr (buffer, sizeof buffer, value));
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free_to_bytes (out);
}
