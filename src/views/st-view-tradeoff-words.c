#include <st-view-tradeoff.h>

#include <math.h>
#include <st-names.h>
#include <st-words.h>

/* ---- names ---- */

const char *
st_name_distortion (StDistortion distortion)
{
  switch (distortion)
    {
    case ST_DISTORTION_CONDITION: return _("mean cond(G)");
    case ST_DISTORTION_SCALED: return _("scaled distances, relaxed − 1/d");
    case ST_DISTORTION_ANGLES: return _("angles, conformal");
    case ST_DISTORTION_AREAS: return _("areas, Var of log volume");
    case ST_DISTORTION_DISTANCES: return _("distances, strict");
    case ST_DISTORTIONS: break;
    }
  return "";
}

const char *
st_name_regulariser (StIsometry isometry)
{
  switch (isometry)
    {
    case ST_ISOMETRY_SCALED: return _("scaled");
    case ST_ISOMETRY_STRICT: return _("strict");
    case ST_ISOMETRY_CONFORMAL: return _("conformal");
    case ST_ISOMETRIES: break;
    }
  return "";
}

char *
st_view_tradeoff_point_name (const StView *view, guint point)
{
  const StTradeoffPoint *p = &st_view_tradeoff (view)->point[point];
  char *lambda = st_number_tick (view->request->numbers, p->lambda);
  /* Translators: a regulariser's name, and its weight. */
  char *name = p->lambda > 0 ? g_strdup_printf (_("%s, λ %s"), st_name_regulariser (p->isometry),
                                                lambda)
                             : g_strdup_printf (_("λ %s"), lambda);
  g_free (lambda);
  return name;
}

/* ---- how far it is ---- */

char *
st_tradeoff_words_progress (const StTradeoffResult *result)
{
  if (!result->running || result->ended >= result->runs)
    return g_strdup ("");
  const guint epochs = result->options.epochs;
  return g_strdup_printf (_("model %u of %u, epoch %u of %u"), result->ended + 1, result->runs,
                          MIN (result->run[result->ended].epoch + 1, epochs), epochs);
}

char *
st_tradeoff_words_few (guint there, guint needed)
{
  return g_strdup_printf (_("There are %u images besides those that the models are measured on, "
                            "and at least %u are needed to train on; show fewer images, or open "
                            "more."), there, needed);
}

char *
st_view_tradeoff_progress (const StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  if (result == NULL || result->ended == result->runs)
    return g_strdup ("");
  if (result->running)
    return st_tradeoff_words_progress (result);
  return g_strdup_printf (_("stopped: %u of %u models"), result->ended, result->runs);
}

char *
st_view_tradeoff_part (const StView *view, const StTradeoffMean *mean)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  if (mean->epochs > 0)
    return g_strdup_printf (_("epoch %u of %u"), mean->epochs, result->options.epochs);
  if (mean->failed > 0)
    return g_strdup_printf (_("%u of %u seeds diverged"), mean->failed, result->seeds);
  if (result->seeds > 1)
    return g_strdup_printf (_("mean of %u of %u seeds"), mean->seeds, result->seeds);
  return NULL;
}

char *
st_view_tradeoff_missing (const StView *view)
{
  const StFigureTradeoff *tradeoff = view->request->tradeoff;
  if (tradeoff != NULL && tradeoff->failure != NULL)
    return g_strdup (tradeoff->failure);
  if (tradeoff != NULL && tradeoff->reading)
    return g_strdup (_("Reading images to train on"));
  if (tradeoff == NULL || tradeoff->result == NULL)
    return g_strdup (_("What does a decoder's isometry cost? “Sweep λ” trains small models that "
                       "differ only in their regulariser and its weight λ, and draws the "
                       "distortion of each against its error: one to two minutes, in the "
                       "background."));
  return NULL;
}

/* ---- what has no place ---- */

static void
append_point (const StView *view, guint point, GString *out)
{
  char *name = st_view_tradeoff_point_name (view, point);
  g_string_append_printf (out, "%s%s", out->len > 0 ? "; " : "", name);
  g_free (name);
}

static void
append_note (GString *out, const char *words, GString *points)
{
  if (points->len > 0)
    g_string_append_printf (out, "%s%s: %s", out->len > 0 ? " · " : "", words, points->str);
  g_string_free (points, TRUE);
}

char *
st_view_tradeoff_notes (const StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  GString *out = g_string_new (NULL), *diverged = g_string_new (NULL);
  GString *undefined = g_string_new (NULL), *outside = g_string_new (NULL);
  const gboolean zoomed = st_view_is_zoomed (view, 0) || st_view_is_zoomed (view, 1);
  for (guint i = 0; result != NULL && i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (st_view_tradeoff_is_repeated (result, i))
        continue;
      if (mean.failed > 0)
        append_point (view, i, diverged);
      else if (mean.seeds > 0 && !st_view_tradeoff_has_place (&mean))
        append_point (view, i, undefined);
      else if (!zoomed && st_view_tradeoff_is_outside (view, &mean))
        append_point (view, i, outside);
    }
  append_note (out, _("diverged"), diverged);
  append_note (out, _("not defined, G is singular"), undefined);
  append_note (out, _("outside"), outside);
  return g_string_free (out, FALSE);
}

char *
st_view_tradeoff_remark (const StView *view)
{
  StPoint values;
  for (guint c = 0; st_view_tradeoff_is_elsewhere (view) && c < st_view_columns (view); c++)
    if (st_view_tradeoff_model (view, c, &values))
      return g_strdup (_("hollow models: on images shown now, not the sweep’s"));
  return g_strdup ("");
}

/* ---- numbers ---- */

char *
st_view_tradeoff_range (const StView *view, const StTradeoffMean *mean, double value, double low,
                        double high)
{
  char *middle = st_view_three_figures (view->request->numbers, value);
  if (mean->seeds < 2)
    return middle;
  char *from = st_view_three_figures (view->request->numbers, low);
  char *to = st_view_three_figures (view->request->numbers, high);
  char *text = g_strdup_printf (_("%s (%s to %s)"), middle, from, to);
  g_free (middle);
  g_free (from);
  g_free (to);
  return text;
}

/* "strict, λ 10: MSE 0.0372, mean cond(G) 1.82, epoch 10 of 20" */
static void
append_numbers (const StView *view, guint point, GString *out)
{
  const StDistortion distortion = st_view_tradeoff_distortion (view);
  const StTradeoffMean mean = st_tradeoff_mean (st_view_tradeoff (view), point, distortion);
  char *name = st_view_tradeoff_point_name (view, point);
  char *mse = st_view_tradeoff_range (view, &mean, mean.mse, mean.low_mse, mean.high_mse);
  char *value = st_view_tradeoff_range (view, &mean, mean.value, mean.low, mean.high);
  char *part = st_view_tradeoff_part (view, &mean);
  if (mean.seeds > 0)
    g_string_append_printf (out, _("%s: MSE %s, %s %s"), name, mse,
                            st_name_distortion (distortion), value);
  else if (mean.failed > 0)
    g_string_append_printf (out, _("%s: diverged"), name);
  else
    g_string_append_printf (out, _("%s: not trained yet"), name);
  if (mean.seeds > 0 && part != NULL)
    g_string_append_printf (out, ", %s", part);
  g_free (name);
  g_free (mse);
  g_free (value);
  g_free (part);
}

static void
append_model (const StView *view, GString *out)
{
  StPoint values;
  if (!st_view_tradeoff_model (view, view->request->column, &values))
    return;
  char *mse = st_view_three_figures (view->request->numbers, values.x);
  char *value = st_view_three_figures (view->request->numbers, values.y);
  g_string_append_printf (out, _("this model: MSE %s, %s %s"), mse,
                          st_name_distortion (st_view_tradeoff_distortion (view)), value);
  if (st_view_tradeoff_is_elsewhere (view))
    g_string_append (out, _(", on the images shown now, not on those of the sweep"));
  g_free (mse);
  g_free (value);
}

/* One line after the other, each from its least lambda on. */
static void
append_all (const StView *view, gboolean begun, const char *before, const char *behind,
            GString *out)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  for (guint k = 0; result != NULL && k < ST_ISOMETRIES * result->points; k++)
    {
      const guint i = k % result->points;
      const StTradeoffMean mean = st_tradeoff_mean (result, i, ST_DISTORTION_CONDITION);
      if ((guint) result->point[i].isometry != k / result->points
          || st_view_tradeoff_is_repeated (result, i)
          || (begun && mean.seeds == 0 && mean.failed == 0))
        continue;
      g_string_append (out, before);
      append_numbers (view, i, out);
      g_string_append (out, behind);
    }
}

void
st_view_tradeoff_describe (StView *view, GString *out)
{
  GString *model = g_string_new (NULL);
  char *missing = st_view_tradeoff_missing (view);
  char *progress = st_view_tradeoff_progress (view);
  if (missing != NULL)
    g_string_append_printf (out, ", %s", missing);
  if (*progress != '\0')
    g_string_append_printf (out, ", %s", progress);
  append_all (view, TRUE, ", ", "", out);
  if (st_view_tradeoff (view) != NULL)
    append_model (view, model);
  if (model->len > 0)
    g_string_append_printf (out, ", %s", model->str);
  g_string_free (model, TRUE);
  g_free (missing);
  g_free (progress);
}

void
st_view_tradeoff_facts (StView *view, GString *out)
{
  append_all (view, FALSE, "", "\n", out);
  append_model (view, out);
}

/* ---- what they are of ---- */

/* "784-256-256-2, ReLU" */
static void
append_net (const StSpec *spec, GString *out)
{
  g_string_append_printf (out, "%u", (guint) st_shape_size (spec->image));
  for (guint i = 0; i < ST_HIDDEN_MAX && spec->hidden[i] > 0; i++)
    g_string_append_printf (out, "-%u", spec->hidden[i]);
  g_string_append_printf (out, "-%u", spec->dimension);
}

static void
append_seeds (const StTradeoffResult *result, GString *out)
{
  const guint first = (guint) result->options.seed;
  if (result->seeds == 1)
    g_string_append_printf (out, _("seed %u"), first);
  else
    g_string_append_printf (out, _("seeds %u to %u (points: means, bars: least to largest)"),
                            first, first + result->seeds - 1);
}

/* "Fashion-MNIST", "Fashion-MNIST (T-shirt/top, Trouser)"; caller frees. */
static char *
name_images (const StFigureTradeoff *tradeoff)
{
  char *dataset = st_name_dataset (tradeoff->dataset);
  if (st_classes_are_all (&tradeoff->classes))
    return dataset;
  char *classes = st_name_classes (tradeoff->dataset, &tradeoff->classes);
  char *name = g_strdup_printf ("%s (%s)", dataset, classes);
  g_free (dataset);
  g_free (classes);
  return name;
}

/* How all of them were made, and where they were measured. */
static void
append_making (const StView *view, GString *out)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  const StNumbers numbers = view->request->numbers;
  GString *net = g_string_new (NULL), *seeds = g_string_new (NULL);
  char *count = st_number_count (numbers, result->count);
  char *measured = st_number_count (numbers, result->measured);
  char *rate = st_number_tick (numbers, result->options.learning_rate);
  char *dataset = name_images (view->request->tradeoff);
  append_net (&result->options.spec, net);
  append_seeds (result, seeds);
  g_string_append (out, " ");
  g_string_append_printf (
    out, _("All: %s, %s, on the same %s images of %s, %u epochs, Adam %s, batch %u, %s; measured "
           "on the %s images that were shown then, clean, of which none was trained on."),
    st_name_kind (result->options.spec.kind), net->str, count, dataset, result->options.epochs,
    rate, result->options.batch, seeds->str, measured);
  g_string_free (net, TRUE);
  g_string_free (seeds, TRUE);
  g_free (count);
  g_free (measured);
  g_free (rate);
  g_free (dataset);
}

char *
st_view_tradeoff_define (const StView *view)
{
  GString *out = g_string_new (_(view->class->definition));
  if (st_view_tradeoff (view) != NULL)
    append_making (view, out);
  if (st_view_tradeoff_is_elsewhere (view))
    g_string_append (out, _(" Hollow models are measured on the images shown now, which are not "
                            "those of the sweep: sweep again to compare them."));
  const StFrame *frame = view->frame;
  StPoint values;
  if (frame != NULL && frame->query.level > 0
      && st_view_tradeoff_model (view, view->request->column, &values))
    {
      char *level = st_number_level (view->request->numbers, frame->query.level);
      g_string_append (out, " ");
      g_string_append_printf (out, _("This model is measured at level %s."), level);
      g_free (level);
    }
  return g_string_free (out, FALSE);
}

/* ---- the table ---- */

enum { LAMBDAS, SEED = ST_ISOMETRIES, EPOCHS, FAILED, MSE, CONDITION, MEDIAN, SINGULAR, SCALED,
       ANGLES, AREAS, DISTANCES, VARIANCE, COLUMNS };

static const char *const columns[COLUMNS] = {
  [LAMBDAS + ST_ISOMETRY_SCALED] = "lambda_scaled",
  [LAMBDAS + ST_ISOMETRY_STRICT] = "lambda_strict",
  [LAMBDAS + ST_ISOMETRY_CONFORMAL] = "lambda_conformal",
  [SEED] = "seed", [EPOCHS] = "epochs", [FAILED] = "diverged", [MSE] = "mse",
  [CONDITION] = "mean_condition_number", [MEDIAN] = "median_condition_number",
  [SINGULAR] = "singular_points", [SCALED] = "relaxed_distortion", [ANGLES] = "conformal",
  [AREAS] = "log_volume_variance", [DISTANCES] = "strict_isometry", [VARIANCE] = "variance",
};

static void
set (StTable *table, guint column, double value)
{
  if (isfinite (value))
    st_table_set (table, column, value);
}

static void
set_measures (StTable *table, double mse, const StIsometryMeasures *m)
{
  set (table, MSE, mse);
  set (table, CONDITION, m->mean_condition);
  set (table, MEDIAN, m->median_condition);
  set (table, SINGULAR, m->singular_points);
  set (table, SCALED, m->relaxed);
  set (table, ANGLES, m->conformal);
  set (table, AREAS, m->log_volume_variance);
  set (table, DISTANCES, m->strict);
  set (table, VARIANCE, m->variance);
}

static void
add_run (StTable *table, const StTradeoffRun *run)
{
  st_table_add_row (table);
  for (guint i = 0; i < ST_ISOMETRIES; i++)
    set (table, LAMBDAS + i, i == (guint) run->point.isometry ? run->point.lambda : 0);
  set (table, SEED, (double) run->seed);
  set (table, EPOCHS, run->measured);
  set (table, FAILED, run->state == ST_TRADEOFF_FAILED);
  if (run->measured > 0)
    set_measures (table, run->mse, &run->measures);
}

/* A row for each run, and the last one for the column's own model. */
StTable *
st_view_tradeoff_table (StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  StTable *table = st_table_new ();
  StPoint values;
  for (guint i = 0; i < COLUMNS; i++)
    st_table_add_column (table, columns[i]);
  for (guint i = 0; result != NULL && i < result->runs; i++)
    if (result->run[i].state != ST_TRADEOFF_WAITING)
      add_run (table, &result->run[i]);
  if (st_view_tradeoff_model (view, view->request->column, &values))
    {
      const StIsometryResult *own
        = view->request->pullbacks->of[view->request->column]->isometry;
      st_table_add_row (table);
      set_measures (table, own->mse, &own->measures);
    }
  return table;
}
