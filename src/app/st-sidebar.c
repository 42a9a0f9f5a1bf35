#include <st-sidebar.h>

#include <glib/gi18n.h>
#include <math.h>
#include <st-class-legend.h>
#include <st-class-menu.h>
#include <st-marker-image.h>
#include <st-names.h>
#include <st-number.h>
#include <st-verdict.h>
#include <string.h>

enum { WIDTH = 260 };

struct _StSidebar {
  GtkWidget parent_instance;
  StSession *session;
  GtkDropDown *dataset, *perturbation, *latent, *kernel;
  GtkSpinButton *images, *seed, *tolerance, *training_images, *epochs;
  GtkLabel *tolerance_note, *models_note;
  GtkListBox *models;
  GtkGrid *classes;
  GtkMenuButton *class_menu;
  GtkWidget *class_label;
  StImages *legend_images;   /* what the legend counts; only compared */
  GPtrArray *datasets;   /* names in the order of the drop-down, the last for "Other…" NULL */
  gboolean following;    /* controls are being set from the session */
};

G_DEFINE_FINAL_TYPE (StSidebar, st_sidebar, GTK_TYPE_WIDGET)

/* ---- datasets ---- */

static void
fill_datasets (StSidebar *self)
{
  const char *open = st_session_get_dataset (self->session);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = GTK_INVALID_LIST_POSITION;

  g_ptr_array_set_size (self->datasets, 0);
  if (st_dataset_has_fashion_mnist ())
    g_ptr_array_add (self->datasets, g_strdup ("fashion-mnist"));
  g_ptr_array_add (self->datasets, g_strdup ("builtin"));
  if (open != NULL && !g_ptr_array_find_with_equal_func (self->datasets, open, g_str_equal, NULL))
    g_ptr_array_add (self->datasets, g_strdup (open));
  for (guint i = 0; i < self->datasets->len; i++)
    {
      const char *name = g_ptr_array_index (self->datasets, i);
      g_autofree char *title = st_name_dataset (name);
      gtk_string_list_append (titles, title);
      if (g_strcmp0 (name, open) == 0)
        selected = i;
    }
  g_ptr_array_add (self->datasets, NULL);
  gtk_string_list_append (titles, _("Other…"));
  gtk_drop_down_set_model (self->dataset, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->dataset, selected);
}

static void
follow_dataset (StSidebar *self)
{
  guint available = st_session_get_available (self->session);
  self->following = TRUE;
  fill_datasets (self);
  gtk_adjustment_set_upper (gtk_spin_button_get_adjustment (self->images),
                            available > 0 ? MIN (available, ST_IMAGES_MAX) : ST_IMAGES_MAX);
  self->following = FALSE;
}

static void
dataset_selected (StSidebar *self)
{
  guint selected = gtk_drop_down_get_selected (self->dataset);
  if (self->following || selected >= self->datasets->len)
    return;
  const char *name = g_ptr_array_index (self->datasets, selected);
  if (name != NULL && g_strcmp0 (name, st_session_get_dataset (self->session)) != 0)
    st_session_open_dataset (self->session, name);
  if (name != NULL)
    return;
  follow_dataset (self);   /* "Other…" is no dataset: back to what is open */
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-dataset", NULL);
}

/* ---- the other controls ---- */

static void
control_changed (StSidebar *self)
{
  if (self->following)
    return;
  st_session_set_images (self->session, (guint) gtk_spin_button_get_value (self->images));
  st_session_set_seed (self->session, (guint64) gtk_spin_button_get_value (self->seed));
  st_session_set_perturbation (self->session,
                               (StPerturbKind) gtk_drop_down_get_selected (self->perturbation));
  st_session_set_latent (self->session, (StLatent) gtk_drop_down_get_selected (self->latent));
  st_session_set_kernel (self->session, (StKernel) gtk_drop_down_get_selected (self->kernel));
  st_session_set_tolerance (self->session, pow (10, gtk_spin_button_get_value (self->tolerance)));
  st_session_set_training (self->session,
                           (guint) gtk_spin_button_get_value (self->training_images),
                           (guint) gtk_spin_button_get_value (self->epochs));
}

static void
follow_session (StSidebar *self)
{
  double tolerance = st_session_get_tolerance (self->session);
  g_autofree char *note = st_verdict_tolerance (tolerance);
  self->following = TRUE;
  gtk_spin_button_set_value (self->images, st_session_get_images (self->session));
  gtk_spin_button_set_value (self->seed, (double) st_session_get_seed (self->session));
  gtk_drop_down_set_selected (self->perturbation, st_session_get_perturbation (self->session));
  gtk_drop_down_set_selected (self->latent, st_session_get_latent (self->session));
  gtk_drop_down_set_selected (self->kernel, st_session_get_kernel (self->session));
  gtk_spin_button_set_value (self->tolerance, log10 (tolerance));
  gtk_label_set_text (self->tolerance_note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->tolerance_note), note != NULL);
  self->following = FALSE;
}

/* The spin button counts decades; people read 1e−8, as in the figures, and may type 1e-8 or
 * 3e-7. */
static gboolean
tolerance_output (GtkSpinButton *spin, gpointer data)
{
  double value = pow (10, gtk_spin_button_get_value (spin));
  /* Two digits are what anybody types; rounding hides what log and exp added. */
  g_autofree char *digits = g_strdup_printf ("%.2e", value);
  double rounded = g_strtod (digits, NULL);
  gboolean power = g_str_has_prefix (digits, "1") && strspn (digits + 2, "0") == 2;
  g_autofree char *text = power ? st_number_power (ST_NUMBERS_LOCALE, rounded)
                                : st_number_tick (ST_NUMBERS_LOCALE, rounded);
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (spin)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static int
tolerance_input (GtkSpinButton *spin, double *decade, gpointer data)
{
  g_auto (GStrv) parts = g_strsplit (gtk_editable_get_text (GTK_EDITABLE (spin)), "−", -1);
  g_autofree char *text = g_strjoinv ("-", parts);
  char *end;
  double value = g_strtod (text, &end);
  /* What is no tolerance leaves the one that was: after an error GTK would set any number. */
  if (end == text || *g_strstrip (end) != '\0' || !isfinite (value) || value <= 0)
    *decade = gtk_spin_button_get_value (spin);
  else
    *decade = log10 (value);
  return TRUE;
}

/* ---- models ---- */

static void
remove_clicked (GtkButton *button, StColumn *column)
{
  StSidebar *self = ST_SIDEBAR (gtk_widget_get_ancestor (GTK_WIDGET (button), ST_TYPE_SIDEBAR));
  st_session_remove_column (self->session, column);
}

/* A column gets its title after its row, and another with the latent or a neighbour of its kind:
 * the name of a button follows it. */
static void
follow_title (StColumn *column, GParamSpec *pspec, GtkWidget *button)
{
  const char *title = st_column_get_title (column);
  const char *verb = g_object_get_data (G_OBJECT (button), "verb");
  g_autoptr (GString) name = g_string_new (verb);
  g_string_replace (name, "%s", title != NULL ? title : "", 1);
  gtk_widget_set_tooltip_text (button, name->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name->str, -1);
}

/* VERB has the title in the place of its "%s". */
static GtkWidget *
make_icon_button (GType type, const char *icon, const char *verb, StColumn *column)
{
  GtkWidget *button = g_object_new (type, "icon-name", icon, NULL);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "verb", g_strdup (verb), g_free);
  g_signal_connect_object (column, "notify::title", G_CALLBACK (follow_title), button, 0);
  follow_title (column, NULL, button);
  return button;
}

static void
save_clicked (GtkButton *button, StColumn *column)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.save-column", "t",
                              st_column_get_id (column));
}

/* How many parameters, or while they are trained, how far. */
static void
follow_weights (StColumn *column, GtkLabel *label)
{
  double epoch = st_column_get_epoch (column);
  g_autofree char *text = NULL;
  if (isnan (epoch))
    text = st_number_count (ST_NUMBERS_LOCALE, st_spec_parameters (st_model_spec (
                                                 st_column_get_model (column))));
  else
    {
      g_autofree char *digits = st_number_fixed (ST_NUMBERS_LOCALE, epoch, 1);
      text = g_strdup_printf (_("epoch %s"), digits);
    }
  if (g_strcmp0 (text, gtk_label_get_text (label)) != 0)
    gtk_label_set_text (label, text);
}

static void
follow_unsaved (StColumn *column, GtkWidget *save)
{
  gtk_widget_set_visible (save, st_column_get_unsaved (column));
}

static GtkWidget *
make_model_row (gpointer item, gpointer data)
{
  StColumn *column = item;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *marker = st_marker_image_new ();
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *count = gtk_label_new (NULL);
  GtkWidget *save = make_icon_button (GTK_TYPE_BUTTON, "document-save-symbolic", _("Save %s"),
                                      column);
  GtkWidget *eye = make_icon_button (GTK_TYPE_TOGGLE_BUTTON, "view-reveal-symbolic",
                                     _("Show %s"), column);
  GtkWidget *close = make_icon_button (GTK_TYPE_BUTTON, "window-close-symbolic", _("Close %s"),
                                       column);

  st_marker_image_set (ST_MARKER_IMAGE (marker), st_column_get_place (column));
  g_object_bind_property (column, "title", title, "label", G_BINDING_SYNC_CREATE);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_set_tooltip_text (title, st_column_get_path (column));
  gtk_widget_add_css_class (count, "numbers");
  g_object_bind_property (column, "shown", eye, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (close, "clicked", G_CALLBACK (remove_clicked), column, 0);
  g_signal_connect_object (save, "clicked", G_CALLBACK (save_clicked), column, 0);
  g_signal_connect_object (column, "weights", G_CALLBACK (follow_weights), count, 0);
  g_signal_connect_object (column, "weights", G_CALLBACK (follow_unsaved), save, 0);
  follow_weights (column, GTK_LABEL (count));
  follow_unsaved (column, save);

  GtkWidget *const parts[] = { marker, title, count, save, eye, close };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_box_append (GTK_BOX (box), parts[i]);
  return box;
}

static void
models_changed (StSidebar *self)
{
  GListModel *columns = st_session_get_columns (self->session);
  gtk_widget_set_visible (GTK_WIDGET (self->models_note), g_list_model_get_n_items (columns) > 0);
}

static void
follow_images (StSidebar *self)
{
  StImages *images = st_session_get_image_set (self->session);
  if (images == self->legend_images)
    return;
  self->legend_images = images;
  st_class_legend_fill (self->classes, self->session);
}

/* ---- object ---- */

static void
st_sidebar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = MAX (*minimum, WIDTH);
}

static void
st_sidebar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, baseline, NULL);
}

static void
st_sidebar_dispose (GObject *object)
{
  StSidebar *self = ST_SIDEBAR (object);
  g_clear_pointer (&self->datasets, g_ptr_array_unref);
  g_clear_object (&self->session);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (st_sidebar_parent_class)->dispose (object);
}

static void
st_sidebar_class_init (StSidebarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_sidebar_dispose;
  widget_class->measure = st_sidebar_measure;
  widget_class->size_allocate = st_sidebar_size_allocate;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/stratoscope/Stratoscope/ui/sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, StSidebar, dataset);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, images);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, perturbation);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, seed);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, latent);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, kernel);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, tolerance);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, tolerance_note);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, training_images);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, epochs);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, models_note);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, models);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, classes);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, class_menu);
  gtk_widget_class_bind_template_child (widget_class, StSidebar, class_label);
  gtk_widget_class_set_css_name (widget_class, "sidebar");
}

static void
setup_short (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_short (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, text);
}

/* A long name does not widen the sidebar: the button cuts it, the list has all of it. */
static void
shorten_button (GtkDropDown *drop_down)
{
  GtkListItemFactory *own = gtk_signal_list_item_factory_new ();
  g_signal_connect (own, "setup", G_CALLBACK (setup_short), NULL);
  g_signal_connect (own, "bind", G_CALLBACK (bind_short), NULL);
  gtk_drop_down_set_list_factory (drop_down, gtk_drop_down_get_factory (drop_down));
  gtk_drop_down_set_factory (drop_down, own);
  g_object_unref (own);
}

static void
st_sidebar_init (StSidebar *self)
{
  g_autoptr (GtkStringList) kinds = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) kernels = gtk_string_list_new (NULL);
  for (StKernel kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    gtk_string_list_append (kernels, st_name_kernel (kernel));
  for (StPerturbKind kind = 0; kind < ST_PERTURB_KINDS; kind++)
    gtk_string_list_append (kinds, st_name_perturbation (kind));

  self->datasets = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (self->perturbation, G_LIST_MODEL (kinds));
  gtk_drop_down_set_model (self->kernel, G_LIST_MODEL (kernels));
  shorten_button (self->kernel);
  g_signal_connect (self->tolerance, "output", G_CALLBACK (tolerance_output), NULL);
  g_signal_connect (self->tolerance, "input", G_CALLBACK (tolerance_input), NULL);
}

GtkWidget *
st_sidebar_new (StSession *session)
{
  static const char *const followed[]
    = { "notify::images", "notify::seed", "notify::perturbation", "notify::latent",
        "notify::tolerance", "notify::kernel" };
  StSidebar *self = g_object_new (ST_TYPE_SIDEBAR, NULL);
  self->session = g_object_ref (session);

  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_object (session, followed[i], G_CALLBACK (follow_session), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::dataset", G_CALLBACK (follow_dataset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "columns", G_CALLBACK (models_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->models, st_session_get_columns (session), make_model_row, NULL,
                           NULL);
  g_signal_connect_object (session, "frame", G_CALLBACK (follow_images), self, G_CONNECT_SWAPPED);
  st_class_menu_install (self->class_menu, self->class_label, session);
  follow_dataset (self);
  follow_session (self);
  follow_images (self);
  models_changed (self);

  g_signal_connect_swapped (self->dataset, "notify::selected", G_CALLBACK (dataset_selected),
                            self);
  g_signal_connect_swapped (self->perturbation, "notify::selected", G_CALLBACK (control_changed),
                            self);
  g_signal_connect_swapped (self->latent, "notify::selected", G_CALLBACK (control_changed), self);
  g_signal_connect_swapped (self->kernel, "notify::selected", G_CALLBACK (control_changed), self);
  g_signal_connect_swapped (self->images, "value-changed", G_CALLBACK (control_changed), self);
  g_signal_connect_swapped (self->seed, "value-changed", G_CALLBACK (control_changed), self);
  g_signal_connect_swapped (self->tolerance, "value-changed", G_CALLBACK (control_changed), self);
  g_signal_connect_swapped (self->training_images, "value-changed", G_CALLBACK (control_changed),
                            self);
  g_signal_connect_swapped (self->epochs, "value-changed", G_CALLBACK (control_changed), self);
  return GTK_WIDGET (self);
}
