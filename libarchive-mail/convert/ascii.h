/* Moved to base/. */
#ifndef AM_CONVERT_ASCII_H
#define AM_CONVERT_ASCII_H

#include "base/ascii.h"

#endif
