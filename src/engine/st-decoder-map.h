/* Private to the engine: a model's decoder as a map whose paths can be measured (st-geodesic.h). */
#pragma once

#include <st-geodesic.h>
#include <st-jacobian.h>
#include <st-pool.h>

typedef struct StDecoderMap StDecoderMap;

/* Shared out to a pool, or, where that is NULL, on the calling thread.  ST_RANGE for a kind without
 * a d-vector, ST_NO_MEMORY. */
StStatus st_decoder_map_new (StModel *model, StPool *pool, StDecoderMap **map);
void st_decoder_map_free (StDecoderMap *map);
/* The space of its paths. */
StPathSpace st_decoder_map_space (StDecoderMap *map);
/* images[n][pixels] at z[n][d]. */
void st_decoder_map_images (StDecoderMap *map, uint32_t n, const double *z, double *images);
