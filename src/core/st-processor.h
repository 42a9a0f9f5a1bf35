/* Code that is compiled once for each level of the processor and chosen when the program runs:
 * x86-64-v4 (AVX-512), x86-64-v3 (AVX2 and FMA), and what the compiler does by default.
 * src/meson.build has the levels. */
#pragma once

typedef enum StProcessor { ST_PROCESSOR_DEFAULT, ST_PROCESSOR_V3, ST_PROCESSOR_V4 } StProcessor;

/* The highest level that this processor can run. */
StProcessor st_processor (void);

/* The name of what is compiled once for each level: st_NAME_v4 and so on.  ST_VARIANT comes
 * from meson.build. */
#define ST_PASTE(name, variant) st_##name##_##variant
#define ST_EXPAND(name, variant) ST_PASTE (name, variant)
#define ST_LEVEL(name) ST_EXPAND (name, ST_VARIANT)
#define ST_STRING_OF(x) #x
#define ST_STRING(x) ST_STRING_OF (x)
