/* Windows locale ids as language tags (BCP 47). */
#ifndef AM_CONVERT_LOCALE_TAG_H
#define AM_CONVERT_LOCALE_TAG_H

#include <stdint.h>

/* "en-US" for 0x0409; NULL when it is unknown. Borrowed for ever. */
const char *am_locale_tag(uint32_t lcid);

#endif
