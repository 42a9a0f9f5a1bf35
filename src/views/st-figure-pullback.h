/* What is made of decoders: the pullback metric, paths, traversals, lengths between pairs; and what
 * of it latent scatters show. */
#pragma once

#include <glib.h>
#include <st-frame.h>
#include <st-latent-path.h>
#include <st-pair-lengths.h>
#include <st-traversal.h>

/* What colours the plane behind the points. */
typedef enum StFigureMap
{
  ST_MAP_NONE,
  ST_MAP_CONDITION,   /* cond (G) */
  ST_MAP_CONDITION_J, /* cond (J), its root */
  ST_MAP_VOLUME,      /* root of det G */
  ST_MAPS,
} StFigureMap;

/* "none", "condition", "condition-j", "volume": names in actions and settings. */
const char *st_figure_map_id (StFigureMap map);
gboolean st_figure_map_from_id (const char *id, StFigureMap *map);

typedef struct StFigurePullbacks
{
  gboolean ellipses;
  StFigureMap map;
  StPullback *of[ST_COLUMNS_MAX];        /* by the frame's columns; NULL where there is none */
  StStatus status[ST_COLUMNS_MAX];       /* why not, where it failed */
  int ends[2];                           /* images that paths go from and to; -1: none */
  StLatentPath *paths[ST_COLUMNS_MAX];   /* as above */
  StStatus path_status[ST_COLUMNS_MAX];
  StTraversal *traversals[ST_COLUMNS_MAX];
  StStatus traversal_status[ST_COLUMNS_MAX];
  StPairLengths *lengths[ST_COLUMNS_MAX];
  StStatus lengths_status[ST_COLUMNS_MAX];
} StFigurePullbacks;

/* What a decoder makes of the place under the pointer, in a scatter. */
typedef struct StFigureDecoded
{
  guint64 column;         /* the id of the frame's column; 0: nothing */
  double place[2];        /* in the scatter's coordinates */
  StShape image;
  float *pixels;          /* channel outermost */
} StFigureDecoded;
