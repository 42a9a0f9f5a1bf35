#include "st-report-files.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <st-file.h>

typedef struct Entry { char *name; GBytes *bytes; } Entry;

struct StFileSet {
  char *folder, *aside;   /* aside: NULL until there is one */
  gboolean made;
  GArray *entries;        /* Entry */
};

static void
entry_clear (gpointer data)
{
  Entry *entry = data;
  g_free (entry->name);
  g_bytes_unref (entry->bytes);
}

StStatus
st_file_set_new (const char *folder, StFileSet **result, char **failed)
{
  const gboolean made = !g_file_test (folder, G_FILE_TEST_EXISTS);
  StStatus status = st_file_make_folder (folder);
  g_autofree char *any = g_build_filename (folder, "report.md", NULL);
  if (st_ok (status) && !g_file_test (folder, G_FILE_TEST_IS_DIR))
    status = st_failure (ST_FILE_IS_FILE, 0, 0);
  if (st_ok (status))
    status = st_file_can_save (any);
  if (!st_ok (status))
    {
      *failed = g_strdup (status.code == ST_FILE_FOLDER ? any : folder);
      return status;
    }
  StFileSet *set = g_new0 (StFileSet, 1);
  set->folder = g_strdup (folder);
  set->made = made;
  set->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (set->entries, entry_clear);
  *result = set;
  return st_success ();
}

static char *
path_in (const char *folder, const StFileSet *set, guint i)
{
  return g_build_filename (folder, g_array_index (set->entries, Entry, i).name, NULL);
}

static void
remove_aside (StFileSet *set)
{
  for (guint i = 0; i < set->entries->len; i++)
    {
      g_autofree char *path = path_in (set->aside, set, i);
      g_unlink (path);
    }
  g_rmdir (set->aside);
}

void
st_file_set_free (StFileSet *set)
{
  if (set->aside != NULL)
    remove_aside (set);
  if (set->made)
    g_rmdir (set->folder);   /* which fails where files are in it, as it should */
  g_array_unref (set->entries);
  g_free (set->aside);
  g_free (set->folder);
  g_free (set);
}

void
st_file_set_add (StFileSet *set, const char *name, GBytes *bytes)
{
  const Entry entry = { g_strdup (name), g_bytes_ref (bytes) };
  g_array_append_val (set->entries, entry);
}

guint
st_file_set_count (const StFileSet *set)
{
  return set->entries->len;
}

/* Nothing that is in the way of a file may be found when others are already moved. */
static StStatus
check_places (const StFileSet *set, char **failed)
{
  for (guint i = 0; i < set->entries->len; i++)
    {
      g_autofree char *path = path_in (set->folder, set, i);
      StStatus status = st_file_can_save (path);
      if (st_ok (status))
        continue;
      *failed = g_steal_pointer (&path);
      return status;
    }
  return st_success ();
}

static StStatus
write_aside (StFileSet *set, char **failed)
{
  char *aside = g_build_filename (set->folder, ".report-XXXXXX", NULL);
  if (g_mkdtemp (aside) == NULL)
    {
      const int error = errno;
      *failed = g_strdup (set->folder);
      g_free (aside);
      return error == ENOSPC || error == EDQUOT
             ? st_failure (ST_FILE_FULL, 0, 0)
             : st_failure (ST_FILE_IO, (int64_t) g_io_error_from_errno (error), 0);
    }
  set->aside = aside;
  for (guint i = 0; i < set->entries->len; i++)
    {
      g_autofree char *path = path_in (set->aside, set, i);
      StStatus status = st_file_save (path, g_array_index (set->entries, Entry, i).bytes);
      if (st_ok (status))
        continue;
      *failed = path_in (set->folder, set, i);
      return status;
    }
  return st_success ();
}

StStatus
st_file_set_save (StFileSet *set, char **failed)
{
  StStatus status = check_places (set, failed);
  if (st_ok (status))
    status = write_aside (set, failed);
  for (guint i = 0; st_ok (status) && i < set->entries->len; i++)
    {
      g_autofree char *from = path_in (set->aside, set, i), *to = path_in (set->folder, set, i);
      if (g_rename (from, to) == 0)
        continue;
      status = st_failure (ST_FILE_IO, (int64_t) g_io_error_from_errno (errno), 0);
      *failed = g_steal_pointer (&to);
    }
  return status;
}
