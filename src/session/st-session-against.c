/* What reconstructions are held against. */
#include "st-session-private.h"

void
st_session_set_against (StSession *self, StAgainst against, guint64 column)
{
  StFrame *frame = against == ST_AGAINST_LEVEL ? self->frame : NULL;
  if (frame != NULL)
    st_frame_ref (frame);
  st_frame_unref (self->kept);
  self->kept = frame;
  self->against = against;
  self->against_column = column;
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_FRAME], 0);
}

StAgainst
st_session_get_against (StSession *self)
{
  return self->against;
}

guint64
st_session_get_against_column (StSession *self)
{
  return self->against_column;
}

const StFrame *
st_session_get_kept (StSession *self)
{
  return self->kept;
}
