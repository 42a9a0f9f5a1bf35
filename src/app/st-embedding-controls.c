#include <st-embedding-controls.h>

#include <glib/gi18n.h>
#include <st-names.h>
#include <st-pullback-controls.h>

/* ---- actions ---- */

static void
refit (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  st_embeddings_refit (st_session_get_embeddings (session));
}

static void
stop (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  st_embeddings_stop (st_session_get_embeddings (session));
}

/* Their states follow, once something else is chosen. */
static void
choose_picture (GSimpleAction *action, GVariant *state, gpointer session)
{
  g_object_set (st_session_get_embeddings (session), "method",
                g_variant_get_string (state, NULL), NULL);
}

static void
choose_distance (GSimpleAction *action, GVariant *state, gpointer session)
{
  g_object_set (st_session_get_embeddings (session), "metric",
                g_variant_get_string (state, NULL), NULL);
}

static const GActionEntry actions[] = {
  { .name = "picture", .parameter_type = "s", .state = "''", .change_state = choose_picture },
  { .name = "picture-distance", .parameter_type = "s", .state = "''",
    .change_state = choose_distance },
  { .name = "refit-picture", .activate = refit },
  { .name = "stop-picture", .activate = stop },
};

static void
enable (GActionMap *map, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (map, name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
set_state (GActionMap *map, const char *name, const char *value)
{
  GAction *action = g_action_map_lookup_action (map, name);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (value));
}

static void
follow_actions (GActionMap *map)
{
  StSession *session = g_object_get_data (G_OBJECT (map), "pictured-session");
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  set_state (map, "picture", st_embedding_method_name (st_embeddings_get_method (embeddings)));
  set_state (map, "picture-distance",
             st_embedding_metric_name (st_embeddings_get_metric (embeddings)));
  enable (map, "refit-picture", st_embeddings_can_refit (embeddings));
  enable (map, "stop-picture", st_embeddings_can_stop (embeddings));
}

void
st_embedding_controls_install (GActionMap *map, StSession *session)
{
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), session);
  g_object_set_data_full (G_OBJECT (map), "pictured-session", g_object_ref (session),
                          g_object_unref);
  g_signal_connect_object (embeddings, "changed", G_CALLBACK (follow_actions), map,
                           G_CONNECT_SWAPPED);
  /* Another level is what makes a map old. */
  g_signal_connect_object (session, "frame", G_CALLBACK (follow_actions), map, G_CONNECT_SWAPPED);
  follow_actions (map);
}

/* ---- the menu ---- */

static GMenuModel *
list_methods (void)
{
  static const StEmbeddingMethod order[] = { ST_EMBEDDING_RAW, ST_EMBEDDING_PCA,
                                             ST_EMBEDDING_KERNEL_PCA, ST_EMBEDDING_TSNE };
  static const char *const labels[] = { N_("_Raw Axes (of Two Numbers)"), N_("_PCA of T"),
                                        N_("_Kernel PCA of the Hilbert Points"), N_("_t-SNE") };
  GMenu *menu = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autofree char *action = g_strconcat ("win.picture::", st_embedding_method_name (order[i]),
                                             NULL);
      g_menu_append (menu, _(labels[i]), action);
    }
  return G_MENU_MODEL (menu);
}

static GMenuModel *
list_metrics (void)
{
  static const char *const labels[ST_METRICS] = {
    [ST_METRIC_KERNEL] = N_("Of the _Kernel of the Angles"),
    [ST_METRIC_EUCLIDEAN] = N_("_Euclidean, of T"),
    [ST_METRIC_FROBENIUS] = N_("_Frobenius"),
    [ST_METRIC_LOG_EUCLIDEAN] = N_("_Log-Euclidean"),
    [ST_METRIC_AFFINE_INVARIANT] = N_("_Affine-Invariant"),
    [ST_METRIC_BONNABEL_SEPULCHRE] = N_("_Bonnabel–Sepulchre"),
    [ST_METRIC_YE_LIM] = N_("_Ye–Lim"),
  };
  GMenu *menu = g_menu_new ();
  for (StEmbeddingMetric metric = 0; metric < ST_METRICS; metric++)
    {
      g_autofree char *action = g_strconcat ("win.picture-distance::",
                                             st_embedding_metric_name (metric), NULL);
      g_menu_append (menu, _(labels[metric]), action);
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
st_embedding_controls_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenuModel) methods = list_methods (), metrics = list_metrics ();
  g_autoptr (GMenuModel) metric = st_pullback_controls_menu ();
  g_autoptr (GMenu) distance = g_menu_new (), hands = g_menu_new ();
  g_menu_append_section (menu, NULL, methods);
  g_menu_append_submenu (distance, _("_Distance of t-SNE"), metrics);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (distance));
  g_menu_append (hands, _("_Refit at This Level"), "win.refit-picture");
  g_menu_append (hands, _("_Stop t-SNE"), "win.stop-picture");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (hands));
  g_menu_append_section (menu, NULL, metric);
  return G_MENU_MODEL (menu);
}

/* ---- at the title ---- */

typedef struct Controls {
  StEmbeddings *embeddings;   /* outlives the widgets of its window */
  GtkWidget *label, *refit, *stop;
} Controls;

static void
follow (GtkWidget *box)
{
  const Controls *self = g_object_get_data (G_OBJECT (box), "controls");
  const char *name = st_name_method (st_embeddings_get_method (self->embeddings));
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->label)), name) != 0)
    gtk_label_set_text (GTK_LABEL (self->label), name);
  gtk_widget_set_visible (self->refit, st_embeddings_can_refit (self->embeddings));
  gtk_widget_set_visible (self->stop, st_embeddings_can_stop (self->embeddings));
}

static GtkWidget *
add_button (GtkBox *box, const char *icon, const char *action, const char *name,
            const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  gtk_widget_add_css_class (button, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_box_append (box, button);
  return button;
}

static GtkWidget *
add_menu (GtkBox *box)
{
  g_autoptr (GMenuModel) menu = st_embedding_controls_menu ();
  GtkWidget *button = gtk_menu_button_new (), *label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), label);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (button), TRUE);
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (button), FALSE);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_tooltip_text (button, _("Which Picture of the Latents the Scatters Show"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Picture of the latents"), -1);
  gtk_box_append (box, button);
  return label;
}

GtkWidget *
st_embedding_controls_new (StSession *session)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  Controls *self = g_new0 (Controls, 1);
  self->embeddings = st_session_get_embeddings (session);
  self->stop = add_button (GTK_BOX (box), "media-playback-stop-symbolic", "win.stop-picture",
                           _("Stop the picture"),
                           _("Stop t-SNE, and Keep What Is There (Ctrl+Shift+.)"));
  self->refit = add_button (GTK_BOX (box), "view-refresh-symbolic", "win.refit-picture",
                            _("Refit the picture"),
                            _("Make the t-SNE Anew, of This Level and These Weights (Ctrl+R)"));
  self->label = add_menu (GTK_BOX (box));
  gtk_widget_add_css_class (box, "picture");
  g_object_set_data_full (G_OBJECT (box), "controls", self, g_free);
  g_signal_connect_object (self->embeddings, "changed", G_CALLBACK (follow), box,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->embeddings, "notify::method", G_CALLBACK (follow), box,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "frame", G_CALLBACK (follow), box, G_CONNECT_SWAPPED);
  follow (box);
  return box;
}

/* ---- settings ---- */

void
st_embedding_controls_keep (StSession *session, GSettings *settings)
{
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  g_settings_bind (settings, "picture", embeddings, "method", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "picture-distance", embeddings, "metric", G_SETTINGS_BIND_DEFAULT);
}
