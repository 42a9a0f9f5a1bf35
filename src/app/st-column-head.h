/* The head of a column: marker and name, PSNR, verdict, a rule in the model's colour. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>
#include <st-summaries.h>

#define ST_TYPE_COLUMN_HEAD (st_column_head_get_type ())
G_DECLARE_FINAL_TYPE (StColumnHead, st_column_head, ST, COLUMN_HEAD, GtkWidget)

GtkWidget *st_column_head_new (StSession *session, StSummaries *summaries, guint column);
void st_column_head_update (StColumnHead *head);
