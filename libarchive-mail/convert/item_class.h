/* PidTagMessageClass as a name of dotted components (mapi-to-mime 1). */
#ifndef AM_CONVERT_ITEM_CLASS_H
#define AM_CONVERT_ITEM_CLASS_H

#include <stdbool.h>

/* Are the components of prefix the first ones of class_name, without regard
 * to case? "IPM.Task" is at the head of IPM.Task.Work, not of
 * IPM.TaskRequest. */
bool am_class_has(const char *class_name, const char *prefix);

/* The same for the last components. */
bool am_class_ends(const char *class_name, const char *suffix);

#endif
