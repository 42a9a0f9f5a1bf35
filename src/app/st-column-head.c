#include <st-column-head.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <st-marker-image.h>
#include <st-style.h>
#include <st-twin-menu.h>
#include <st-verdict.h>

struct _StColumnHead {
  GtkWidget parent_instance;
  StSession *session;
  StSummaries *summaries;
  guint column;
  GtkWidget *marker, *title, *epoch, *psnr, *twins, *verdict;
  guint offers;     /* in the menu of twins, and whose they are */
  guint64 offered;
};

enum { SPACING = 6, WORDINGS = 3 };   /* each number in as many, the last one empty */

G_DEFINE_FINAL_TYPE (StColumnHead, st_column_head, GTK_TYPE_WIDGET)

static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

/* "16.3 dB", or "" */
static char *
describe_psnr (StColumnHead *self, const StFrame *frame)
{
  const StSummary *summary = NULL;
  if (frame != NULL && self->column < frame->query.columns)
    summary = st_summaries_get (self->summaries, frame->now[self->column],
                                st_session_get_shown_tolerance (self->session));
  return summary != NULL ? st_number_psnr (ST_NUMBERS_LOCALE, summary->psnr) : g_strdup ("");
}

static int
wish_of (GtkWidget *widget)
{
  int natural;
  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static int
width_of (GtkWidget *label, const char *text)
{
  set_text (label, text);
  return wish_of (label);
}

/* That of the weights behind the numbers, which training may be ahead of. */
static double
shown_epoch (StColumnHead *self, StColumn *column, const StFrame *frame)
{
  if (frame == NULL || self->column >= frame->query.columns
      || frame->query.ids[self->column] != st_column_get_id (column))
    return NAN;
  const StResult *now = frame->now[self->column];
  return st_column_get_epoch_of (column, now != NULL ? now->weights
                                                     : frame->query.weights[self->column]);
}

/* The model's name comes first; of its numbers there is as much as the line has room for. */
static void
fit_words (StColumnHead *self, const char *const psnr[WORDINGS], const char *const epoch[WORDINGS])
{
  static const guint choices[][2] = { { 0, 0 }, { 0, 1 }, { 1, 1 }, { 0, 2 }, { 1, 2 }, { 2, 1 },
                                      { 2, 2 } };
  int widths[2][WORDINGS];
  const int width = gtk_widget_get_width (GTK_WIDGET (self));
  const int taken = wish_of (self->marker) + wish_of (self->title) + wish_of (self->twins)
                    + 4 * SPACING;
  guint chosen = 0;
  for (guint i = 0; i < WORDINGS; i++)
    {
      widths[0][i] = width_of (self->psnr, psnr[i]);
      widths[1][i] = width_of (self->epoch, epoch[i]);
    }
  while (width > 0 && chosen + 1 < G_N_ELEMENTS (choices)
         && taken + widths[0][choices[chosen][0]] + widths[1][choices[chosen][1]] > width)
    chosen++;
  set_text (self->psnr, psnr[choices[chosen][0]]);
  set_text (self->epoch, epoch[choices[chosen][1]]);
}

/* What there is no room for is in a tooltip. */
static void
show_numbers (StColumnHead *self, StColumn *column, const char *psnr, double epoch)
{
  const char *title = st_column_get_title (column);
  const gboolean trained = !isnan (epoch), measured = *psnr != '\0';
  g_autofree char *digits = st_number_fixed (ST_NUMBERS_LOCALE, epoch, 1);
  g_autofree char *psnr_words = g_strdup_printf (_("PSNR %s"), psnr);
  g_autofree char *epoch_words = g_strdup_printf (_("epoch %s"), digits);
  g_autofree char *of_epochs = g_strdup_printf (_("%s of %u epochs"), digits,
                                                st_column_get_epochs (column));
  g_autofree char *whole = g_strconcat (title, measured ? ", " : "", measured ? psnr_words : "",
                                        trained ? ", " : "", trained ? of_epochs : "", NULL);
  fit_words (self, (const char *const[]) { measured ? psnr_words : "", psnr, "" },
             (const char *const[]) { trained ? of_epochs : "", trained ? epoch_words : "", "" });
  gtk_widget_set_tooltip_text (self->title, whole);
}

/* A menu that is open stays open while numbers change. */
static void
follow_twins (StColumnHead *self, StColumn *column)
{
  const guint offers = st_twin_menu_offers (self->session, column);
  g_autofree char *name = g_strdup_printf (_("Compare %s"), st_column_get_title (column));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->twins), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_set_visible (self->twins, offers != 0);
  if (offers == self->offers && st_column_get_id (column) == self->offered)
    return;
  self->offers = offers;
  self->offered = st_column_get_id (column);
  g_autoptr (GMenuModel) menu = st_twin_menu_new (self->offered, offers);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->twins), menu);
}

void
st_column_head_update (StColumnHead *self)
{
  StColumn *column = st_session_get_shown_column (self->session, self->column);
  const StFrame *frame = st_session_get_frame (self->session);
  if (column == NULL)
    return;
  st_marker_image_set (ST_MARKER_IMAGE (self->marker), st_column_get_place (column));
  set_text (self->title, st_column_get_title (column));
  follow_twins (self, column);
  g_autofree char *psnr = describe_psnr (self, frame);
  show_numbers (self, column, psnr, shown_epoch (self, column, frame));
  g_autofree char *verdict
    = frame != NULL && self->column < frame->query.columns
        ? st_verdict (frame, self->column, st_session_get_shown_tolerance (self->session),
                      self->summaries, ST_NUMBERS_LOCALE)
        : g_strdup ("");
  set_text (self->verdict, verdict);
  gtk_widget_set_tooltip_text (self->verdict, verdict);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
st_column_head_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StColumnHead *self = ST_COLUMN_HEAD (widget);
  StColumn *column = st_session_get_shown_column (self->session, self->column);
  GTK_WIDGET_CLASS (st_column_head_parent_class)->snapshot (widget, snapshot);
  if (column == NULL)
    return;
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  StColour colour = st_style_model (st_style (dark), st_column_get_place (column));
  gtk_snapshot_append_color (
    snapshot, &(GdkRGBA) { colour.r, colour.g, colour.b, colour.a },
    &GRAPHENE_RECT_INIT (0, (float) gtk_widget_get_height (widget) - 4,
                         (float) gtk_widget_get_width (widget), 2));
}

static void
st_column_head_dispose (GObject *object)
{
  StColumnHead *self = ST_COLUMN_HEAD (object);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_column_head_parent_class)->dispose (object);
}

static void
st_column_head_class_init (StColumnHeadClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_column_head_dispose;
  widget_class->snapshot = st_column_head_snapshot;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "columnhead");
}

static void
st_column_head_init (StColumnHead *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);

  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  self->marker = st_marker_image_new ();
  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->title, "model");
  self->epoch = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->epoch), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->epoch), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->epoch, TRUE);
  gtk_widget_add_css_class (self->epoch, "epoch");
  self->psnr = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->psnr, "psnr");
  gtk_box_append (GTK_BOX (line), self->marker);
  gtk_box_append (GTK_BOX (line), self->title);
  gtk_box_append (GTK_BOX (line), self->epoch);
  gtk_box_append (GTK_BOX (line), self->psnr);
  self->twins = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->twins), "view-more-symbolic");
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (self->twins), FALSE);
  gtk_widget_set_tooltip_text (self->twins, _("See What Its Strata Come From: Compare With…"));
  gtk_widget_add_css_class (self->twins, "twins");
  gtk_widget_set_valign (self->twins, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), self->twins);
  gtk_widget_set_parent (line, GTK_WIDGET (self));

  self->verdict = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->verdict), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->verdict), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->verdict, "verdict");
  gtk_widget_set_parent (self->verdict, GTK_WIDGET (self));
}

GtkWidget *
st_column_head_new (StSession *session, StSummaries *summaries, guint column)
{
  StColumnHead *self = g_object_new (ST_TYPE_COLUMN_HEAD, NULL);
  self->session = g_object_ref (session);
  self->summaries = summaries;
  self->column = column;
  st_column_head_update (self);
  return GTK_WIDGET (self);
}
