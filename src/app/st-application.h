/* The application: one window, its settings, and what belongs to no window. */
#pragma once

#include <adwaita.h>
#include <st-session.h>

#define ST_TYPE_APPLICATION (st_application_get_type ())
G_DECLARE_FINAL_TYPE (StApplication, st_application, ST, APPLICATION, AdwApplication)

StApplication *st_application_new (void);
/* NULL before it has started. */
StSession *st_application_get_session (StApplication *application);
