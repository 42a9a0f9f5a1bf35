/* The commands, one a file. */
#pragma once

#include "st-options.h"

int st_command_train (const StCommand *command, int argc, char **argv);
int st_command_measure (const StCommand *command, int argc, char **argv);
int st_command_geometry (const StCommand *command, int argc, char **argv);
int st_command_encode (const StCommand *command, int argc, char **argv);
int st_command_decode (const StCommand *command, int argc, char **argv);
int st_command_perturb (const StCommand *command, int argc, char **argv);
int st_command_report (const StCommand *command, int argc, char **argv);
int st_command_isometry (const StCommand *command, int argc, char **argv);
int st_command_info (const StCommand *command, int argc, char **argv);
