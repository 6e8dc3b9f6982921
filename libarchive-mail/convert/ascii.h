/* Moved to base/. */
#include "base/ascii.h"
