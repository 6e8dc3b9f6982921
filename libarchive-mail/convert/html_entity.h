/* HTML 4 character references. */
#ifndef AM_CONVERT_HTML_ENTITY_H
#define AM_CONVERT_HTML_ENTITY_H

#include <stdint.h>

/* The longest name, as in &thetasym; */
enum { AM_HTML_MAX_ENTITY = 16 };

/* The character that "amp", "#8217" or "#x2019" stands for; 0: none. */
uint32_t am_html_entity(const char *name);

#endif
