#include <st-text.h>

#define FAMILIES "Inter,Cantarell,Adwaita Sans,Noto Sans,DejaVu Sans,Sans"

/* Widths are asked for again and again while a hand drags: they are remembered, up to a bound. */
enum { WIDTHS_MAX = 2048 };

typedef struct Measurer
{
  PangoContext *context;
  PangoLayout *layout;
  GHashTable *widths;      /* "size weight text" to a double */
  guint generation;
} Measurer;

static void measurer_free (gpointer data);
static GPrivate measurer_key = G_PRIVATE_INIT (measurer_free);
static GMutex family_lock;
static char *family_name;
static guint family_generation;

static void
measurer_free (gpointer data)
{
  Measurer *measurer = data;
  g_hash_table_unref (measurer->widths);
  g_object_unref (measurer->layout);
  g_object_unref (measurer->context);
  g_free (measurer);
}

void
st_text_set_family (const char *family)
{
  g_mutex_lock (&family_lock);
  g_free (family_name);
  family_name = family ? g_strconcat (family, ",", FAMILIES, NULL) : NULL;
  family_generation++;
  g_mutex_unlock (&family_lock);
}

void
st_text_prepare_context (PangoContext *context)
{
  cairo_font_options_t *options = cairo_font_options_create ();
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  pango_context_set_round_glyph_positions (context, FALSE);
  cairo_font_options_destroy (options);
}

void
st_text_prepare (PangoLayout *layout, const char *text, double size, int weight)
{
  PangoFontDescription *font = pango_font_description_new ();
  g_mutex_lock (&family_lock);
  pango_font_description_set_family (font, family_name ? family_name : FAMILIES);
  g_mutex_unlock (&family_lock);
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, (PangoWeight) weight);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);

  PangoAttrList *attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);
}

static Measurer *
measurer_get (void)
{
  Measurer *measurer = g_private_get (&measurer_key);
  if (measurer == NULL)
    {
      measurer = g_new0 (Measurer, 1);
      measurer->context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
      st_text_prepare_context (measurer->context);
      measurer->layout = pango_layout_new (measurer->context);
      measurer->widths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_private_set (&measurer_key, measurer);
    }
  g_mutex_lock (&family_lock);
  guint generation = family_generation;
  g_mutex_unlock (&family_lock);
  if (measurer->generation != generation || g_hash_table_size (measurer->widths) > WIDTHS_MAX)
    g_hash_table_remove_all (measurer->widths);
  measurer->generation = generation;
  return measurer;
}

double
st_text_width (const char *text, double size, int weight)
{
  Measurer *measurer = measurer_get ();
  char *key = g_strdup_printf ("%d %d %s", (int) (size * 64), weight, text);
  double *known = g_hash_table_lookup (measurer->widths, key);
  if (known != NULL)
    {
      g_free (key);
      return *known;
    }
  int width;
  st_text_prepare (measurer->layout, text, size, weight);
  pango_layout_get_size (measurer->layout, &width, NULL);
  known = g_new (double, 1);
  *known = (double) width / PANGO_SCALE;
  g_hash_table_insert (measurer->widths, key, known);
  return *known;
}

static char *
beginning (const char *text, glong characters)
{
  const char *end = g_utf8_offset_to_pointer (text, characters);
  while (end > text && end[-1] == ' ')
    end--;
  return g_strdup_printf ("%.*s…", (int) (end - text), text);
}

char *
st_text_ellipsize (const char *text, double size, int weight, double width)
{
  glong low = 0, high = g_utf8_strlen (text, -1);
  while (low < high)
    {
      glong middle = (low + high + 1) / 2;
      char *candidate = beginning (text, middle);
      if (st_text_width (candidate, size, weight) <= width)
        low = middle;
      else
        high = middle - 1;
      g_free (candidate);
    }
  return beginning (text, low);
}
