#include <st-style.h>

/* Panels are the paper under 60 % of their colour; opaque here, so that halos can match. */
#define RGB(hex) { (float) ((hex) >> 16 & 255) / 255.0f, (float) ((hex) >> 8 & 255) / 255.0f, \
                   (float) ((hex) & 255) / 255.0f, 1.0f }

static const StStyle light = {
  .dark = FALSE,
  .paper = RGB (0xffffff), .panel = RGB (0xf4f4f5), .side = RGB (0xf4f4f5),
  .header = RGB (0xebebed), .text = RGB (0x2b2b2f), .dim = RGB (0x62626a),
  .rule = RGB (0xd9d9de), .ghost = RGB (0x85858e), .accent = RGB (0x1a5fb4),
  .models = { RGB (0xb5500b), RGB (0x00757d), RGB (0x8a3fa0), RGB (0x3b3f46), RGB (0xb0245f),
              RGB (0x5f6b00) },
  .classes = { RGB (0x0072b2), RGB (0xe69f00), RGB (0x009e73), RGB (0xcc79a7), RGB (0x56b4e9),
               RGB (0xd55e00), RGB (0x000000), RGB (0xf0e442), RGB (0x999999), RGB (0x882255) },
  .ink = 0.12, .ink_share = 0.45,
};

static const StStyle dark = {
  .dark = TRUE,
  .paper = RGB (0x1e1e20), .panel = RGB (0x262629), .side = RGB (0x27272a),
  .header = RGB (0x303033), .text = RGB (0xf2f2f3), .dim = RGB (0xb4b4bb),
  .rule = RGB (0x414146), .ghost = RGB (0x8d8d96), .accent = RGB (0x78aeed),
  .models = { RGB (0xffa95c), RGB (0x4cc9c0), RGB (0xd7a0e8), RGB (0xeeeeee), RGB (0xff8fb8),
              RGB (0xc3cf5a) },
  .classes = { RGB (0x3d9bdc), RGB (0xe69f00), RGB (0x009e73), RGB (0xcc79a7), RGB (0x56b4e9),
               RGB (0xd55e00), RGB (0xffffff), RGB (0xf0e442), RGB (0x999999), RGB (0xb39dff) },
  .ink = 0.10, .ink_share = 0.42,
};

const StStyle *
st_style (gboolean want_dark)
{
  return want_dark ? &dark : &light;
}

StColour
st_style_model (const StStyle *style, guint model)
{
  return style->models[model % ST_STYLE_MODELS];
}

StMarker
st_style_marker (guint model)
{
  static const StMarker markers[ST_STYLE_MODELS] = {
    ST_MARKER_CIRCLE, ST_MARKER_TRIANGLE, ST_MARKER_SQUARE,
    ST_MARKER_DIAMOND, ST_MARKER_DOWN_TRIANGLE, ST_MARKER_PLUS };
  return markers[model % ST_STYLE_MODELS];
}

StPen
st_style_curve (const StStyle *style, guint model, double width)
{
  StPen pen = st_pen (st_style_model (style, model), width);
  if (model % ST_STYLE_MODELS >= 4)
    {
      pen.on = 6;
      pen.off = 3;
    }
  return pen;
}

StMarkerStyle
st_style_model_marker (const StStyle *style, guint model, double radius)
{
  return (StMarkerStyle) { .shape = st_style_marker (model), .radius = radius,
                           .fill = st_style_model (style, model),
                           .halo = st_pen (style->paper, 1.5) };
}

StColour
st_style_class (const StStyle *style, int label)
{
  return label < 0 ? style->ghost : style->classes[label % ST_STYLE_CLASSES];
}

StMarker
st_style_class_marker (int label)
{
  return label < 0 ? ST_MARKER_CIRCLE : (StMarker) (label % ST_MARKERS);
}

static guint
byte_of (float channel)
{
  return (guint) (CLAMP (channel, 0.0f, 1.0f) * 255.0f + 0.5f);
}

char *
st_colour_hex (StColour colour)
{
  return g_strdup_printf ("#%02x%02x%02x", byte_of (colour.r), byte_of (colour.g),
                          byte_of (colour.b));
}
