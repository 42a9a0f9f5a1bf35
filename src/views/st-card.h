/* A card: one image and what every model makes of it now, with its numbers. */
#pragma once

#include <st-figure.h>

typedef struct StCardRequest
{
  const StFrame *frame;        /* that has images, or NULL */
  guint image;                 /* position among them */
  double tolerance;
  const char *dataset;         /* its name, for the classes'; or NULL */
  const StStyle *style;
  StNumbers numbers;
  gboolean compact;            /* with smaller pictures */
  gboolean slim;               /* and in as few lines as there can be */
  const guint8 *kept[ST_COLUMNS_MAX];   /* what each model rebuilt of it last, drawn faded where the
                                           frame has not come to this image; or NULL */
  const char *titles[ST_COLUMNS_MAX];   /* of the frame's columns */
  guint places[ST_COLUMNS_MAX];         /* their colours and markers */
} StCardRequest;

/* What the model of a column rebuilt of the image, 0 to 255; NULL where that is not known. */
const guint8 *st_card_picture (const StCardRequest *request, guint column);
/* NULL where there is no such image; else caller owns. */
StScene *st_card_scene (const StCardRequest *request);
/* "Image 17, Trouser" and what the picture says, in words; callers free.  NULL as above. */
char *st_card_label (const StCardRequest *request);
char *st_card_description (const StCardRequest *request);
