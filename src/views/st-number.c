/* Everything is formatted in the C locale first; only then are minus, decimal point and
 * grouping put in, so the two dialects cannot drift apart. */
#include <st-number.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#define MINUS "\342\210\222"
#define UNDEFINED "\342\200\223"

static char *
in_dialect (StNumbers dialect, const char *ascii)
{
  const char *point = dialect == ST_NUMBERS_LOCALE ? localeconv ()->decimal_point : ".";
  GString *out = g_string_new (NULL);
  for (const char *p = ascii; *p != '\0'; p++)
    if (*p == '-')
      g_string_append (out, MINUS);
    else if (*p == '.')
      g_string_append (out, point);
    else
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

static char *
formatted (StNumbers dialect, const char *format, double value)
{
  if (!isfinite (value))
    return g_strdup (UNDEFINED);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE + 320];
  g_ascii_formatd (buffer, sizeof buffer, format, value);
  /* No minus before a number that was rounded to zero. */
  if (buffer[0] == '-' && strspn (buffer + 1, "0.") == strlen (buffer + 1))
    memmove (buffer, buffer + 1, strlen (buffer));
  return in_dialect (dialect, buffer);
}

char *
st_number_fixed (StNumbers dialect, double value, int decimals)
{
  char format[16];
  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 17));
  return formatted (dialect, format, value);
}

/* 1e-08 as 1e-8. */
static char *
without_exponent_zeros (char *text)
{
  char *e = strchr (text, 'e');
  if (e == NULL)
    return text;
  char *digits = e + 1;
  if (*digits == '+')
    memmove (digits, digits + 1, strlen (digits));
  else if (g_str_has_prefix (digits, MINUS))
    digits += strlen (MINUS);
  while (digits[0] == '0' && digits[1] != '\0')
    memmove (digits, digits + 1, strlen (digits));
  return text;
}

char *
st_number_tick (StNumbers dialect, double value)
{
  return without_exponent_zeros (formatted (dialect, "%g", value));
}

char *
st_number_power (StNumbers dialect, double value)
{
  if (value == 1)
    return g_strdup ("1");
  return without_exponent_zeros (formatted (dialect, "%.0e", value));
}

char *
st_number_level (StNumbers dialect, double level)
{
  if (level == 0)
    return g_strdup ("0");
  if (fabs (level * 100 - round (level * 100)) < 1e-7)
    return st_number_fixed (dialect, level, 2);
  return without_exponent_zeros (formatted (dialect, "%.3g", level));
}

char *
st_number_count (StNumbers dialect, guint64 count)
{
  const char *separator = dialect == ST_NUMBERS_LOCALE ? localeconv ()->thousands_sep : ",";
  char digits[32];
  int n = g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, count);
  GString *out = g_string_new (NULL);
  for (int i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0)
        g_string_append (out, separator);
      g_string_append_c (out, digits[i]);
    }
  return g_string_free (out, FALSE);
}

static char *
with_unit (char *number, const char *unit)
{
  char *text = g_strconcat (number, unit, NULL);
  g_free (number);
  return text;
}

char *
st_number_psnr (StNumbers dialect, double value)
{
  return with_unit (st_number_fixed (dialect, value, 1), " dB");
}

char *
st_number_degrees (StNumbers dialect, double value, int decimals)
{
  return with_unit (st_number_fixed (dialect, value, decimals), "\302\260");
}

char *
st_number_percent (StNumbers dialect, double share)
{
  return with_unit (st_number_fixed (dialect, share * 100, 0), " %");
}
