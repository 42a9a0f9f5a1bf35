#include <st-play.h>

#include <math.h>

/* From no distortion to all of it. */
static const double SECONDS = 8;

typedef struct Play {
  StSession *session;      /* the window's, as the rest is: it ends with the window's action */
  GtkWidget *clock;
  GSimpleAction *action;
  guint tick;              /* 0: it rests */
  gint64 before;           /* the last frame's time in us */
  double direction, level; /* the last one that was set here */
} Play;

static double
place_of (StSession *session, double level)
{
  return st_perturb_square_root_scale (st_session_get_perturbation (session)) ? sqrt (level)
                                                                              : level;
}

static double
level_at (StSession *session, double place)
{
  return st_perturb_square_root_scale (st_session_get_perturbation (session)) ? place * place
                                                                              : place;
}

static void
set_playing (Play *play, gboolean playing)
{
  g_simple_action_set_state (play->action, g_variant_new_boolean (playing));
  if (!playing && play->tick != 0)
    gtk_widget_remove_tick_callback (play->clock, play->tick);
  play->tick = 0;
}

static gboolean
move (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Play *play = data;
  const gint64 now = gdk_frame_clock_get_frame_time (clock);
  const double seconds = play->before > 0 ? (now - play->before) * 1e-6 : 0;
  play->before = now;
  double place = place_of (play->session, st_session_get_level (play->session))
                 + play->direction * seconds / SECONDS;
  if (place < 0 || place > 1)
    {
      play->direction = -play->direction;
      place = place > 1 ? 2 - place : -place;
    }
  play->level = level_at (play->session, CLAMP (place, 0, 1));
  st_session_set_level (play->session, play->level);
  return G_SOURCE_CONTINUE;
}

static void
play_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  Play *play = data;
  const gboolean playing = g_variant_get_boolean (state);
  if (playing == (play->tick != 0))
    return;
  set_playing (play, playing);
  if (!playing)
    return;
  play->before = 0;
  play->level = st_session_get_level (play->session);
  play->direction = play->level < 1 ? 1 : -1;
  play->tick = gtk_widget_add_tick_callback (play->clock, move, play, NULL);
}

/* The level was set: if not from here, a hand has taken over. */
static void
level_changed (StSession *session, GParamSpec *spec, gpointer data)
{
  Play *play = data;
  if (play->tick != 0 && st_session_get_level (session) != play->level)
    set_playing (play, FALSE);
}

static void
play_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
st_play_install (GActionMap *map, GtkWidget *clock, StSession *session)
{
  Play *play = g_new0 (Play, 1);
  play->session = session;
  play->clock = clock;
  g_autoptr (GSimpleAction) action
    = g_simple_action_new_stateful ("play", NULL, g_variant_new_boolean (FALSE));
  play->action = action;
  g_signal_connect_data (action, "change-state", G_CALLBACK (play_changed), play, play_free, 0);
  GClosure *closure = g_cclosure_new (G_CALLBACK (level_changed), play, NULL);
  g_object_watch_closure (G_OBJECT (action), closure);
  g_signal_connect_closure (session, "notify::level", closure, FALSE);
  g_action_map_add_action (map, G_ACTION (action));
}
