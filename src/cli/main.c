/* stratoscope-cli: the command line.  What it reads and writes is in the C locale, whoever
 * runs it. */
#include "st-cli.h"
#include "st-commands.h"

#include <locale.h>
#include <st-config.h>
#include <stdio.h>
#include <st-alloc.h>
#include <st-blas.h>
#include <stdlib.h>
#include <string.h>

static const StCommand commands[] = {
  { "train", "", "Trains a model and saves it.", st_command_train },
  { "measure", "", "Measures models at levels of a perturbation: PSNR, ranks, strata, spectra.",
    st_command_measure },
  { "geometry", "LATENTS.npy", "Measures anyone's latent tensors.", st_command_geometry },
  { "isometry", "", "Measures how far a decoder is from keeping angles, areas and distances.",
    st_command_isometry },
  { "encode", "", "Writes the latent tensors of images.", st_command_encode },
  { "decode", "LATENTS.npy", "Writes the images rebuilt from latent tensors.", st_command_decode },
  { "perturb", "", "Writes perturbed images: what the models are shown.", st_command_perturb },
  { "report", "", "Draws every figure of the models, and checks the papers' claims, into a folder.",
    st_command_report },
  { "info", "FILE", "Says what a file holds.", st_command_info },
};

static const char *const later[] = { "plot", "bench", NULL };

static int
print_help (void)
{
  printf ("Usage: stratoscope-cli COMMAND [OPTIONS]\n\n"
          "The geometry of autoencoders' latent spaces.\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  %-12s%s\n", commands[i].name, commands[i].about);
  printf ("\nstratoscope-cli COMMAND --help tells a command's options.\n"
          "Exit status: 0 done, 1 failed, 2 wrong usage or not built yet.\n");
  return st_cli_finish_output ();
}

static int
run (int argc, char **argv)
{
  setlocale (LC_ALL, "C");
  st_cli_catch_signals ();
  st_alloc_prepare ();
  st_blas_prepare ();
  if (argc < 2)
    return st_cli_wrong ("a command is missing; see stratoscope-cli --help");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    return print_help ();
  if (strcmp (argv[1], "--version") == 0)
    {
      puts ("stratoscope-cli " ST_VERSION);
      return st_cli_finish_output ();
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return commands[i].run (&commands[i], argc - 1, argv + 1);
  if (g_strv_contains (later, argv[1]))
    return st_cli_take_wrong (g_strdup_printf ("%s is not built yet", argv[1]));
  return st_cli_take_wrong (g_strdup_printf ("there is no command “%s”; see stratoscope-cli --help",
                                             argv[1]));
}

/* All that was written is flushed.  On a busy machine OpenBLAS 0.3.21 can wait for ever for threads
 * of its own when a program ends, and nothing else is left to do that the system does not. */
int
main (int argc, char **argv)
{
  int status = run (argc, argv);
  fflush (NULL);
  _Exit (status);
}
