#include <st-explain.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

static char *
facts_of (StSession *session, StPlot *plot)
{
  const guint column = st_plot_get_column (plot);
  StFrame *frame = st_session_get_frame (session);
  const StFigureRequest request = {
    .kind = st_plot_get_kind (plot),
    .frame = frame != NULL && column < frame->query.columns ? frame : NULL,
    .stale_epoch = NAN, .column = column, .highlighted = -1, .style = st_style (FALSE),
    .pullbacks = st_pullbacks_get (st_session_get_pullbacks (session)),
    .tradeoff = st_tradeoffs_get (st_session_get_tradeoffs (session)),
    .tolerance = st_session_get_tolerance (session), .numbers = ST_NUMBERS_LOCALE };
  return st_figure_facts (&request);
}

void
st_explain (GtkWindow *parent, StSession *session, StPlot *plot)
{
  g_autofree char *label = st_plot_make_label (plot);
  g_autofree char *definition = st_plot_make_definition (plot);
  g_autofree char *facts = facts_of (session, plot);
  g_autofree char *body = *facts != '\0' ? g_strconcat (definition, "\n\n", facts, NULL)
                                         : g_strdup (definition);
  GtkWidget *dialog = adw_message_dialog_new (parent, label, NULL);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}
