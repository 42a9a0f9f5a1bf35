/* Private to the isometry term: what passes share.
 *
 * Tangents run forward beside the values, Jv runs back to J^T J v, and then both ways are gone
 * once more in reverse.  With x_l the values behind layer l of the decoder, a_l = W_l x_(l-1) +
 * b_l, x_l = f (a_l), and ' for derivatives of f at a_l:
 *
 *   u_l = W_l t_(l-1),   t_l = f' u_l                        t_0 = v,        y = t_L = J v
 *   q_l = f' p_l,        p_(l-1) = W_l^T q_l                 p_L = y,        g = p_0 = J^T J v
 *
 * and, a bar for the term's derivatives, beginning with those by g,
 *
 *   ~q_l = W_l ~p_(l-1), ~p_l = f' ~q_l,  ~a_l = f'' p_l ~q_l,  ~W_l += q_l ~p_(l-1)^T
 *
 * and from the end, with those by y and ~p_L beginning ~t_L,
 *
 *   ~u_l = f' ~t_l,  ~a_l += f'' u_l ~t_l + f' ~x_l,  ~W_l += ~u_l t_(l-1)^T + ~a_l x_(l-1)^T,
 *   ~t_(l-1) = W_l^T ~u_l,  ~x_(l-1) = W_l^T ~a_l.
 *
 * What stands in one sum over rows lies in one array: ~p, t, x of a tensor, and q, ~u, ~a of the
 * layer behind it.  With several tangents to a point, all of the first come before all of the
 * second.  Only the terms with probes go back to g. */
#pragma once

#include <st-isometry-term.h>
#include <st-workspace.h>

struct StIsometryPass {
  StIsometry isometry;
  uint32_t d, tangents;   /* of a point */
  uint32_t n;             /* points of the pass that is there */
  size_t pixels;
  float *memory;          /* all of the below, by the layer of the plan that they belong to */
  float *before[ST_LAYERS_MAX + 1];   /* rows of what a layer is given, and of the images */
  float *behind[ST_LAYERS_MAX];       /* and of what it makes */
  float *back[ST_LAYERS_MAX + 1];     /* p, where before[] has x */
  float *scratch[2];
  double *metric;         /* [points][d][d] and tr G, tr G^2: of `conformal` */
};

/* Rows that each point has in front, for ~p or q. */
static inline uint32_t
st_pass_probes (const StIsometryPass *pass)
{
  return st_isometry_has_probes (pass->isometry) ? 1 : 0;
}

/* Numbers of the tensor that layer i is given, or of the images. */
static inline size_t
st_pass_size (const StPlan *plan, uint32_t i)
{
  return st_shape_size (i == plan->layers ? plan->layer[i - 1].out : plan->layer[i].in);
}

/* Where rows begin that have `size` numbers: ~p or q; t, u or ~u; x or ~a. */
static inline float *
st_pass_tangents (const StIsometryPass *pass, float *rows, size_t size)
{
  return rows + st_pass_probes (pass) * pass->n * size;
}

static inline float *
st_pass_values (const StIsometryPass *pass, float *rows, size_t size)
{
  return rows + (st_pass_probes (pass) + pass->tangents) * pass->n * size;
}

/* p of the tensor that layer i is given, or of the images. */
static inline const float *
st_pass_back (const StIsometryPass *pass, const StPlan *plan, uint32_t i)
{
  return i < plan->layers ? pass->back[i] : st_pass_tangents (pass, pass->before[i], pass->pixels);
}

/* G of a point, tr G and tr G^2, behind one another. */
static inline double *
st_pass_metric (const StIsometryPass *pass, uint32_t point)
{
  return pass->metric + point * (pass->d * pass->d + 2);
}

/* Layers, of any number of rows: `st_layer_linear()` and its fellows, as many rows at once as
 * the workspace has scratch for. */
typedef struct StNet { const StModel *model; StWorkspace *workspace; } StNet;

uint32_t st_pass_together (const StNet *net, uint32_t layer, uint32_t rows);
void st_pass_linear (const StNet *net, uint32_t layer, uint32_t rows, const float *in, float *out);
void st_pass_adjoint (const StNet *net, uint32_t layer, uint32_t rows, const float *delta_out,
                      float *delta_in);
/* Weights from all rows, biases from the last n, those of values. */
void st_pass_add_gradient (const StNet *net, uint32_t layer, uint32_t rows, uint32_t n,
                           const float *in, const float *delta_out, float *gradient);
StCurve st_pass_curve (const StPlan *plan, uint32_t layer);
