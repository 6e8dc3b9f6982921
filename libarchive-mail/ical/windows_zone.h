/* The zone of the tz database for a Windows zone id. */
#ifndef AM_ICAL_WINDOWS_ZONE_H
#define AM_ICAL_WINDOWS_ZONE_H

/* "Europe/Paris" for "Romance Standard Time"; NULL when it is none. Borrowed
 * for ever. */
const char *am_windows_zone_iana(const char *windows);

#endif
